package a;

class User {
    int x = Limits.MAX + 1;
    boolean f(Object k) { return k == Kind.HARD; }
    record Pair(Left left, Right right) {}
}
