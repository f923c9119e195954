class Kitchen {
    @Incoming("orders-in")
    void placed(String order) {
    }
}
