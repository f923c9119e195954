from typing import TYPE_CHECKING as TC
if TC:
    from shop import stock
class Price: ...
