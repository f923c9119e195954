class Cart { async Task F() { await _rabbitPublisher.PublishAsync("cart.paid", e); } }
