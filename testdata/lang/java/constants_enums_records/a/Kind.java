package a;

enum Kind { HARD }
