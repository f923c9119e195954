from odd import two


def f():
    return two.g()
