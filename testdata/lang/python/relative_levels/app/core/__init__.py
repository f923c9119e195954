from . import engine
from ..shared import clock
