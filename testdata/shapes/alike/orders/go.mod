module example.org/orders
