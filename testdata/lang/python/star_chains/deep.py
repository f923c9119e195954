from lib.c import *
one(), five()
