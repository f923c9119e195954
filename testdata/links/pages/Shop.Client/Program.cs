var builder = WebAssemblyHostBuilder.CreateDefault(args);
var address = builder.Configuration["Services:Orders"];
builder.Services.AddScoped(_ => new HttpClient { BaseAddress = new Uri(address) });
