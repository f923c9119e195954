package a;

class Right {}
