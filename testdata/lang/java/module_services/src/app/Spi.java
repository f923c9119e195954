package app;

public interface Spi {}
