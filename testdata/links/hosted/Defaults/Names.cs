public static class Services
{
    public const string Orders = "orders";
    public const string Billing = "billing";
    public const string Mail = "mail";
}

public static class Stores
{
    public const string Orders = "ordersdb";
    public const string Cache = "cache";
}
