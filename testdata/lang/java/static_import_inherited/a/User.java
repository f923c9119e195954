package a;

import static b.Child.go;
import static b.Child.LIMIT;

class User { int x = go(LIMIT); }
