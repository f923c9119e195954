package shop.carts;

import shop.stock.api.StockClient;

@SpringBootApplication
public class CartsApplication {
    private StockClient stock;

    void add(String id) {
        stock.take(id);
    }

    public static void main(String[] args) {
        SpringApplication.run(CartsApplication.class, args);
    }
}
