namespace Orders.Core;

public record Order;

public interface IOrderStore
{
    Task<Order> Find(Key key);
}

public class OrderStore : IOrderStore
{
    public Task<Order> Find(Key key) => null;
}
