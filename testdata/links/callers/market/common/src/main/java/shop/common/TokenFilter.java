package shop.common;

import shop.accounts.api.AccountClient;

/** Works in every service that runs this library. */
@Component
public class TokenFilter implements Filter {
    @Autowired
    private AccountClient accounts;

    public void doFilter(Request request) {
        accounts.find(request.token());
    }
}
