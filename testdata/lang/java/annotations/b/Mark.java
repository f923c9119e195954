package b;

public @interface Mark { Class<?> value(); int limit(); Kind kind(); Nested nested(); }
