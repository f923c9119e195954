from .impl import Public, _hidden, extra
from .more import *
__all__ = ["Public", "listed"]
