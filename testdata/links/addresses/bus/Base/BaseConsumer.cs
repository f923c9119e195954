using MassTransit;

public abstract class BaseConsumer<TEvent> : IConsumer<TEvent> where TEvent : class
{
    public abstract Task Consume(ConsumeContext<TEvent> context);
}
