class Orders { void F() { _producer.ProduceAsync(_settings.OrderTopic, message); } }
