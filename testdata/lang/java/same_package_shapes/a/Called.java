package a;

class Called { static Returned get(boolean b) { return null; } }
