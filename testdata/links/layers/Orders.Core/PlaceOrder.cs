namespace Orders.Core;

public record PlaceOrder : IRequest;

public class PlaceOrderHandler(IOrderEvents events) : IRequestHandler<PlaceOrder>
{
    public Task Handle(PlaceOrder request) => events.Placed();
}
