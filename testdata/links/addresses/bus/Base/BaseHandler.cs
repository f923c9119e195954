public abstract class BaseHandler
{
    private readonly IPublishEndpoint bus;

    protected Task PublishEventAsync(object message) => bus.Publish(message);
}
