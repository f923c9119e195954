package a;

class User {
    Holder util = new Holder();
    Object x = util.Tool.MAX;
    b.Tool tool = new b.Tool();
    int y = b.Tool.MAX;
}
