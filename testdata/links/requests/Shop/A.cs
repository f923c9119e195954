class Cart { Cart(IRequestClient<CheckStock> client) {} }
