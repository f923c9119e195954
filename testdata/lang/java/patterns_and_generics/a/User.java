package a;

import java.util.function.*;

class User {
    Object go(Object o) {
        if (o instanceof Point(Coord x, var y) && x != y) return (Supplier<Made>) Made::new;
        return switch (o) {
            case Kind k when k == Kind.A -> (Function<Left, Right>) Left -> null;
            default -> new Box<Left>[3];
        };
    }
}
