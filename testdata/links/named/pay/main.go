package main

func main() {
	pb.RegisterPaymentServer(s, &server{})
}
