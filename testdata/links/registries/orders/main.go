package main

import "shop/kitex_gen/pay/payservice"

func main() {
	c, err := payservice.NewClient("pay", client.WithResolver(r))
	c.Charge(ctx, "1")
}
