package audit;

import org.springframework.amqp.core.BindingBuilder;

class Audit {
    Queue queue() {
        return new Queue("audit-queue");
    }

    Binding binding(Queue queue) {
        return BindingBuilder.bind(queue).to(new TopicExchange("order-exchange")).with("#");
    }

    @KafkaListener(topics = "elsewhere")
    void other(String order) {
    }
}
