var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOcelot();
builder.Build().Run();
