class Bar {
    @Incoming("orders-in")
    void placed(String order) {
    }
}
