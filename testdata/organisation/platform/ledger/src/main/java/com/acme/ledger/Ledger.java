package com.acme.ledger;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestTemplate;

@RestController
class Ledger {
    private final RestTemplate rest = new RestTemplate();

    @GetMapping("/ledger")
    String ledger() {
        return rest.getForObject("http://accounts:9000/accounts", String.class)
            + rest.getForObject("http://api:8000/notify", String.class)
            + rest.getForObject("http://order-desk:8080/orders/count", String.class);
    }
}
