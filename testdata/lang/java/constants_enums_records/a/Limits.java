package a;

class Limits { static final int MAX = 3; }
