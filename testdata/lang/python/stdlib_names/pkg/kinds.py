import types
types.X
