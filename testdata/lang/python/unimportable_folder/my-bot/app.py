from config import PORT
from parts import Dialog
from .config import HOST
