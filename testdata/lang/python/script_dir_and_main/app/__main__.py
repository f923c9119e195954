from app import core
from app.core import start
start(core)
