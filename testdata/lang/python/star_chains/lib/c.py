from . import a
__all__ = a.__all__ + ["five"]
from .a import *
def five(): ...
