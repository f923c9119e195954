from .a import *
from .b import *
from . import c
