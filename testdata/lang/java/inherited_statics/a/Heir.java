package a;

class Heir extends Child { int x = go() + LIMIT; int y = own(); int own() { return 1; } }
