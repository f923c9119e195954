package a;

class Other extends Base { Leaf leaf; }
