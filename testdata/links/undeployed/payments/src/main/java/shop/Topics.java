package shop;

public final class Topics {
    public static final String PAID = "shop_payments-service_paid${suffix:}";
}
