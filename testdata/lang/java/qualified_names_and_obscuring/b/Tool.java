package b;

public class Tool { public static final int MAX = 1; }
