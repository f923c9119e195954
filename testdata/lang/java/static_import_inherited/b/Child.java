package b;

public class Child extends Base {}
