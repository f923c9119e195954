package a;

class Thread {}
