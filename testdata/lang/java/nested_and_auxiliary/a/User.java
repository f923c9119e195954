package a;

import a.Outer.Inner;

class User { Inner inner; Outer.Inner.Deep deep; Helper helper; }
