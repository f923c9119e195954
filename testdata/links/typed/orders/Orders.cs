public record OrderPlaced(int Id);
public record OrderCancelled(int Id);

public class Orders
{
    private readonly IMessageBus _bus;

    public Task Place() => _bus.SendAsync(new OrderPlaced(1));
}
