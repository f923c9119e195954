package b;

public class Base { public static final int LIMIT = 1; public static int go(int x) { return x; } }
