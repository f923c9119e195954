package a;

class Box<T> {}
