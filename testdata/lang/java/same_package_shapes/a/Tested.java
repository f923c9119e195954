package a;

class Tested {}
