package main

import "github.com/zeromicro/go-zero/zrpc"

func main() {
	zrpc.MustNewClient(c.PayRpc)
}
