package a;

class Child extends Base { Node n; }
