package a;

class Thing {}
