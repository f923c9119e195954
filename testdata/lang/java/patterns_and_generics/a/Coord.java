package a;

class Coord {}
