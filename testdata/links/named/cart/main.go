package main

type Data struct {
	payments payv1.PaymentClient
}

func (d *Data) Pay() { d.payments.Pay(ctx, req) }

func NewPayments(conn *grpc.ClientConn) payv1.PaymentClient { return payv1.NewPaymentClient(conn) }

func main() {
	cartv1.RegisterCartServer(s, &server{})
}
