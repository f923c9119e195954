from p import thing, other
import p

print(thing, other.VALUE, p.thing)
