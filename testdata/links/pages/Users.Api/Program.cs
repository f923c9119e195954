var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/users", () => "");
app.Run();
