using Orders.Core;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCore();
var app = builder.Build();
app.MapPost("/orders", (IMediator mediator) => mediator.Send(new PlaceOrder()));
app.Run();
