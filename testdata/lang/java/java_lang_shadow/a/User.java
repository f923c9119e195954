package a;

class User { Thread t; String s; }
