package b;

public @interface Nested {}
