package a;

import b.Mark;
import b.Limits;
import b.Kind;
import b.Target;
import b.Nested;

@Mark(value = Target.class, limit = Limits.MAX, kind = Kind.HARD, nested = @Nested)
class User {}
