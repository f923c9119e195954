package a;

class Child extends Base { static int go(int x) { return x; } }
