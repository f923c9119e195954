package x;

public class Util {}
