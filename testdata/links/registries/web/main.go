package main

func main() { conn, err := grpc.Dial("etcd:///services/stock", grpc.WithResolvers(r)) }
