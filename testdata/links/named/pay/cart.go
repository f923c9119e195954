package main

type Data struct {
	carts cartv1.CartClient
}

func NewData(carts cartv1.CartClient) *Data { return &Data{carts: carts} }

func NewCarts(conn *grpc.ClientConn) cartv1.CartClient { return cartv1.NewCartClient(conn) }
