package orders;

import org.springframework.amqp.rabbit.core.RabbitTemplate;

class Orders {
    RabbitTemplate rabbit;

    void place() {
        rabbit.convertAndSend("order-exchange", "order.placed", "x");
    }
}
