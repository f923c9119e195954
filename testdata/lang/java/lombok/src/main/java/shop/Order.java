package shop;

import lombok.Builder;
import lombok.extern.slf4j.Slf4j;

@Slf4j
@Builder
class Order {
    private final Money total;

    OrderBuilder copy() {
        log.debug("copy");
        return new OrderBuilder().total(total);
    }
}
