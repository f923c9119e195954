package a;

class Node {}
