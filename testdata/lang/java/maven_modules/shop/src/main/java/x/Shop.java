package x;

class Shop { Util util; Twin twin; }
