package main

import (
	"github.com/zeromicro/go-zero/rest"
	"github.com/zeromicro/go-zero/zrpc"
)

type Config struct {
	rest.RestConf
	OrdersRpcConf zrpc.RpcClientConf
}

func main() {
	var c Config
	load("etc/orders.yaml", &c)
	orders := zrpc.MustNewClient(c.OrdersRpcConf)
	server := rest.MustNewServer(c.RestConf)
	handle(server, orders)
	server.Start()
}
