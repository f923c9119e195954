package shop.accounts.api;

@FeignClient(value = AccountClient.SERVICE, contextId = "account")
public interface AccountClient {
    String SERVICE = "accounts";

    @GetMapping("/accounts/{token}")
    String find(@PathVariable String token);
}
