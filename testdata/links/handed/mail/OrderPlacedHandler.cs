public class OrderPlacedHandler : IntegrationEventHandler<OrderPlacedIntegrationEvent, OrderPlacedQueue>
{
    public override Task Handle(OrderPlacedIntegrationEvent placed) => mailer.Write(placed.Buyer);
}
