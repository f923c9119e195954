package a;

class Made {}
