from shop import Order


class Price:
    of = Order
