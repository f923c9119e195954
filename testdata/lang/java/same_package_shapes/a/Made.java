package a;

class Made extends Field {}
