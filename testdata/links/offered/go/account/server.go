package account

import (
	"net"

	"example.com/shop/account/pb"
	"google.golang.org/grpc"
)

func Listen() error {
	lis, _ := net.Listen("tcp", ":8080")
	serv := grpc.NewServer()
	pb.RegisterAccountServiceServer(serv, &server{})
	return serv.Serve(lis)
}
