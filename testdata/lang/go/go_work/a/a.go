package a

import (
	"example.com/b"
	"example.com/c"
)

func A() { b.B(); c.C() }
