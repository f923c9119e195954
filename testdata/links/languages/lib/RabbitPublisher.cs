public class RabbitPublisher { public Task PublishAsync<T>(string routingKey, T message) => _channel.BasicPublishAsync(exchange: "", routingKey: routingKey); }
