var builder = DistributedApplication.CreateBuilder(args);
var db = builder.AddPostgres("pg").AddDatabase(Stores.Orders);
var cache = builder.AddRedis(Stores.Cache);
var billing = builder.AddProject<Shop_Billing>(Services.Billing);
var mail = builder.AddProject<Shop_Mail>(Services.Mail);
builder
    .AddProject<Shop_Orders>(Services.Orders)
    .WithReference(db)
    .WithReference(cache)
    .WithReference(billing)
    .WithReference(mail)
    .WaitFor(billing);
