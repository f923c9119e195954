class CheckStockConsumer : IConsumer<CheckStock>
{
    public Task Consume(ConsumeContext<CheckStock> context) => context.RespondAsync(new Answer());
}
