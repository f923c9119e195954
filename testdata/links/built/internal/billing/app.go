package billing

import (
	"net"

	"example.com/shop/internal/common"
	"example.com/shop/pb"
	"google.golang.org/grpc"
)

func Run() {
	common.Load("config/billing/config.yaml")
	server := grpc.NewServer()
	pb.RegisterLedgerServer(server, &ledger{})
	listener, _ := net.Listen("tcp", ":80")
	server.Serve(listener)
}

type ledger struct{}
