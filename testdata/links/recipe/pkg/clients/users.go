package clients

import (
	"example.com/protocol/users"
	"google.golang.org/grpc"
)

type Users struct{ users.UsersClient }

func NewUsers(conn grpc.ClientConnInterface) *Users { return &Users{users.NewUsersClient(conn)} }
