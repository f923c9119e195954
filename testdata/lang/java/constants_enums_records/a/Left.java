package a;

class Left {}
