import typing as t
if t.TYPE_CHECKING:
    from .order import Order
    from .price import Price
else:
    from .stock import Stock

class Customer:
    def last(self, order: Order) -> None:
        print(Stock)
