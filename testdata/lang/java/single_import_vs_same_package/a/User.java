package a;

import b.Node;

class User { Node node; }
