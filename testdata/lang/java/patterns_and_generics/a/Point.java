package a;

record Point(Coord x, Coord y) {}
