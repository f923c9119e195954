using MassTransit;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMassTransit(bus => bus.AddConsumers(typeof(Program).Assembly));
builder.Build().Run();
