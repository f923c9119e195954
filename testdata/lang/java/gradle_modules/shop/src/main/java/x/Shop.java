package x;

class Shop { Util util; }
