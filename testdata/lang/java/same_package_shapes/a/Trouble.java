package a;

class Trouble extends Exception {}
