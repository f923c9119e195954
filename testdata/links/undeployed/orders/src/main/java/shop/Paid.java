package shop;

@RocketMQMessageListener(topic = Topics.PAID, consumerGroup = "shop_orders-service_paid")
public class Paid implements RocketMQListener<Payment> {
}
