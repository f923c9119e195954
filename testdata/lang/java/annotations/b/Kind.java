package b;

public enum Kind { HARD }
