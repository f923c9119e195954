namespace Orders.Core;

public static class Setup
{
    public static void AddCore(this IServiceCollection services)
    {
        services.AddScoped<IOrderStore, OrderStore>();
        services.AddScoped<IOrderEvents, OrderEvents>();
    }
}
