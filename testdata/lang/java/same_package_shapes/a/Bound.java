package a;

class Bound {}
