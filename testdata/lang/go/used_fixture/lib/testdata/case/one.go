package one

import "example.com/case/two"

var One = two.Two
