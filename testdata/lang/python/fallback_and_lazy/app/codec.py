try:
    from app.fast import encode
except ImportError:
    from app.slow import encode

def run():
    from app.lazy import work
    return work(encode)

class Late:
    from app.attrs import MAX
    top = MAX
