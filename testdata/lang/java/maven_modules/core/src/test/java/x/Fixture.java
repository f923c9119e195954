package x;

public class Fixture {}
