class Order:
    def total(self):
        from . import Price
        from shop import Price as Again
        return Price, Again
