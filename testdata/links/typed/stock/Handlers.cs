public class OrderPlacedHandler
{
    public void Handle(OrderPlaced message) { }
}

public class OrderCancelledHandler
{
    public void Handle(OrderCancelled message) { }
}
