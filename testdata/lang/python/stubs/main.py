from lib.both import f
from lib import native
f()
native.g()
