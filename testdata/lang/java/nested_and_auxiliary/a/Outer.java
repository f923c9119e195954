package a;

public class Outer { public static class Inner { public enum Deep { ONE } } }

class Helper {}
