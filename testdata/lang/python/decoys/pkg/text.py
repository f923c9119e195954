"""Uses from pkg.target import f in a doc string."""
# import pkg.target
CODE = "import pkg.target"
TEMPLATE = f"from pkg.{CODE} import f"

def target():
    f = 1
    return f

class Shape:
    import_ = "pkg.target"

Shape.f
target.f
