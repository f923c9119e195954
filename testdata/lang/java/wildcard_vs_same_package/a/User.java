package a;

import b.*;

class User { Node node; Leaf leaf; }
