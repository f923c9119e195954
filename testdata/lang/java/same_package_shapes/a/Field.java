package a;

class Field {}
