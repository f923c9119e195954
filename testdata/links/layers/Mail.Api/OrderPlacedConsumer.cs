using MassTransit;

public class OrderPlacedConsumer : IConsumer<IOrderPlaced>
{
    public Task Consume(ConsumeContext<IOrderPlaced> context) => Task.CompletedTask;
}
