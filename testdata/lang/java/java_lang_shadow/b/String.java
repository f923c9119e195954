package b;

public class String {}
