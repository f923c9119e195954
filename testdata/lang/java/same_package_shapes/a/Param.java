package a;

class Param {}
