package a;

class Cast {}
