public class Events
{
    public Task Shipped(DaprClient dapr) => dapr.PublishEventAsync(PUBSUB, nameof(OrderShipped), new {});

    public Task Paid(ICapPublisher cap) => cap.PublishAsync("order.paid", 1);
}
