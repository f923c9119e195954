using Orders.Core;

public class OrdersService(IOrderStore store) : OrdersBase
{
    public override Task<Order> Get(Key key) => store.Find(key);
}
