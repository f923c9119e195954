package main

import "shop/kitex_gen/pay/payservice"

func main() { payservice.NewServer(new(PayImpl)).Run() }
