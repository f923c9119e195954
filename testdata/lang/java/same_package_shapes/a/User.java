package a;

class User<T extends Bound> extends Parent implements Face {
    Field field = new Made();
    Returned go(Param p) throws Trouble {
        Object o = (Cast) null;
        return Called.get(o instanceof Tested);
    }
}
