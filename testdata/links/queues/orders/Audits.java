package orders;

class Audits {
    RabbitTemplate rabbit;
    Properties properties;

    void audit() {
        rabbit.convertAndSend(properties.auditQueue(), "x");
    }
}
