package shop;

@FeignClient(value = "shop-payments${suffix:}-service")
public interface Payments {
    @PostMapping("/pay")
    void pay(Order order);
}
