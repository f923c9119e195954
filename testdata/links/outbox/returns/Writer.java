class Writer {
    private static final String TOPIC = "shop.returns.events";

    void write(String id, String payload) {
        rows.save(OutboxRow.create(id, "Return", TOPIC, payload));
    }
}

class Publisher {
    void publish(OutboxRow row) {
        kafka.send(row.getTopic(), row.getPayload());
    }
}
