package main

import (
	"github.com/zeromicro/go-zero/core/stores/sqlx"
	"github.com/zeromicro/go-zero/zrpc"
)

type Config struct {
	zrpc.RpcServerConf
	DB struct{ DataSource string }
}

func main() {
	var c Config
	load("etc/orders.yaml", &c)
	serve(sqlx.NewMysql(c.DB.DataSource))
	zrpc.MustNewServer(c.RpcServerConf, nil).Start()
}
