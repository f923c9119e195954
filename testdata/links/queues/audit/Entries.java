package audit;

class Entries {
    @RabbitListener(queues = "audit-entries")
    void entry(String entry) {
    }
}
