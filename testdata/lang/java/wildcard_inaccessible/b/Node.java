package b;

class Node {}
