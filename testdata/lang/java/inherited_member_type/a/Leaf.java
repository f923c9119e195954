package a;

class Leaf {}
