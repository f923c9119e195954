package a;

class Returned {}
