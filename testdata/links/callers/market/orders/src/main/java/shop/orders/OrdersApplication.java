package shop.orders;

import shop.stock.api.StockClient;

@SpringBootApplication
public class OrdersApplication {
    private StockClient stock;

    void add(String id) {
        stock.take(id);
    }

    public static void main(String[] args) {
        SpringApplication.run(OrdersApplication.class, args);
    }
}
