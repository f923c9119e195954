package b;

public class Target {}
