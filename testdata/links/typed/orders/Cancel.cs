public class Cancel
{
    private readonly IMediator _mediator;

    public Task Do() => _mediator.Send(new OrderCancelled(1));
}
