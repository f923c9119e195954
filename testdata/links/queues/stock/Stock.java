package stock;

import org.springframework.amqp.core.BindingBuilder;

class Stock {
    Queue queue() {
        return new Queue("stock-queue");
    }

    TopicExchange exchange() {
        return new TopicExchange("order-exchange");
    }

    Binding binding(Queue queue, TopicExchange exchange) {
        return BindingBuilder.bind(queue).to(exchange).with("order.*");
    }

    @RabbitListener(queues = "stock-queue")
    void placed(String order) {
    }
}
