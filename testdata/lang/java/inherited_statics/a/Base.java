package a;

class Base { static final int LIMIT = 1; static int go() { return 1; } }
