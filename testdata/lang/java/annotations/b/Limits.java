package b;

public class Limits { public static final int MAX = 3; }
