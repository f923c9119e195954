package b;

public class Leaf {}
