class Cafe {
    @Channel("orders")
    Emitter<String> orders;

    void place() {
        orders.send("x");
    }
}
