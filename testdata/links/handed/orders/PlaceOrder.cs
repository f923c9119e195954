// Asks users, and puts a message into its outbox.
public class PlaceOrder(IConfiguration configuration, HttpClient http, IOutbox outbox)
{
    public async Task Handle(string buyer)
    {
        var users = configuration.GetValue<string>("Urls:Users");
        await http.GetAsync($"{users}/users/{buyer}");
        outbox.AddOutboxMessage(new OrderPlacedIntegrationEvent(buyer));
    }
}
