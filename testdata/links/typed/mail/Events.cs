public class Events
{
    [Topic(PUBSUB, nameof(OrderShipped))]
    public void Shipped(object e) { }
}
