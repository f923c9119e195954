package x;

public class Twin {}
