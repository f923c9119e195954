package a;

enum Kind { A }
