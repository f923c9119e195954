using Orders.Core;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCore();
builder.Services.AddGrpc();
var app = builder.Build();
app.MapGrpcService<OrdersService>();
app.Run();
