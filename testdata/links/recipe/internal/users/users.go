package users

import (
	"net"

	"example.com/protocol/users"
	"google.golang.org/grpc"
)

func Start() {
	server := grpc.NewServer()
	users.RegisterUsersServer(server, &service{})
	listener, _ := net.Listen("tcp", ":81")
	server.Serve(listener)
}

type service struct{}
