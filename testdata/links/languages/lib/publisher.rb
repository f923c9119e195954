class Publisher
  def publish_message(queue_name, body)
    @channel.default_exchange.publish(body, routing_key: queue_name)
  end
end
