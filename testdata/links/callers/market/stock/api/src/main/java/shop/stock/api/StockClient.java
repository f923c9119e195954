package shop.stock.api;

/** What stock offers to others. */
@FeignClient(value = "stock", contextId = "stock")
public interface StockClient {
    @PostMapping("/stock/{id}")
    void take(@PathVariable String id);
}
