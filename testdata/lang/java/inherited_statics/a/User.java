package a;

class User { int x = Child.go() + Child.LIMIT; Runnable r = Child::go; }
