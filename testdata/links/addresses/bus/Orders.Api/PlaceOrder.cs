public class PlaceOrder : BaseHandler
{
    public async Task Handle(Order order)
    {
        var placed = new OrderPlaced(order.Id);
        await PublishEventAsync(placed);
    }
}
