package orders;

class Nats {
    io.nats.client.Connection nats;

    void place() {
        nats.publish("shop.orders.placed", null);
    }
}
