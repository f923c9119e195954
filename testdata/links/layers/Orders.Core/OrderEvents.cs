using MassTransit;

namespace Orders.Core;

public interface IOrderEvents
{
    Task Placed();
}

public class OrderEvents(IPublishEndpoint bus) : IOrderEvents
{
    public Task Placed() => bus.Publish<IOrderPlaced>(new { });
}
