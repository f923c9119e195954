import importlib
from importlib import import_module as load

a = importlib.import_module("plug.alpha")
b = load(".beta", package="plug")
c = __import__("plug.gamma")
name = "delta"
d = load(name)
e = importlib.import_module(f"plug.{name}")

def import_module(name):
    return name

import_module("plug.delta")
