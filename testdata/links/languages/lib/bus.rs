use rdkafka::producer::FutureProducer;

pub async fn publish_event(producer: &FutureProducer, topic: &str, body: &[u8]) -> Result<(), Error> {
    producer.send(FutureRecord::to(topic).payload(body), wait).await
}
