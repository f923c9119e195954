package account

import (
	"example.com/shop/account/pb"
	"google.golang.org/grpc"
)

type Client struct {
	service pb.AccountServiceClient
}

func NewClient(url string) (*Client, error) {
	conn, err := grpc.Dial(url)
	if err != nil {
		return nil, err
	}
	return &Client{pb.NewAccountServiceClient(conn)}, nil
}
