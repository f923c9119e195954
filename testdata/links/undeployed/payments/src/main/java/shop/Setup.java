package shop;

public class Setup {
    NewTopic topic() {
        return new TopicConfig().topic("shop_orders-service_placed");
    }
}
