from m.names import alpha, beta, gamma, Base
from m import names

def shadowed(alpha):
    beta = 1
    return alpha, beta, [gamma for gamma in ()]

def nested():
    def inner():
        return gamma()
    return inner

class Child(Base, metaclass=names.Meta):
    alpha = 2
    def method(self):
        return beta()

beta = None
