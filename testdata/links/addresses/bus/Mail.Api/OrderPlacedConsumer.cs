public class OrderPlacedConsumer : BaseConsumer<OrderPlaced>
{
    public override Task Consume(ConsumeContext<OrderPlaced> context) => Send(context.Message);
}
