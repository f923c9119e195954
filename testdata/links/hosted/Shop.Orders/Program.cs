var builder = WebApplication.CreateBuilder(args);
builder.AddNpgsqlDbContext<OrdersContext>(Stores.Orders);
builder.Services.AddHttpClient<BillingApi>(client => client.BaseAddress = Url.To(Services.Billing));
builder.Build().Run();
