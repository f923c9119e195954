package x;

class ShopTest { Shop shop; Fixture fixture; Util util; }
