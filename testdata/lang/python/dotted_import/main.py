import a.b.c
import a.b.d as d

a.b.c.f()
d.g()
print(a.TOP)
