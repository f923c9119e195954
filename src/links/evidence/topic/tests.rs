use super::*;
use crate::knowledge::Knowledge;
use crate::links::signs::lex::tokens;
use crate::links::signs::uses::uses;

fn shown(extension: &str, text: &str) -> String {
    let uses = uses(&tokens(extension, text));
    let known = Knowledge::default();
    let show = |u: &Use| match side(&known.messaging, u) {
        Some(Side::Publish) => format!("+{}", u.text),
        Some(Side::Subscribe) => format!("-{}", u.text),
        Some(Side::Bind) => format!("~{}", u.text),
        None => String::new(),
    };
    uses.iter()
        .map(show)
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn both_sides_of_common_clients_are_found() {
    assert_eq!(
        shown("java", "kafkaTemplate.send(\"orders\", key)"),
        "+orders +key"
    );
    assert_eq!(
        shown(
            "java",
            "@KafkaListener(topics = \"orders\", groupId = \"g\") void f() {}"
        ),
        "-orders"
    );
    assert_eq!(
        shown(
            "java",
            "rabbitTemplate.convertAndSend(\"ex\", \"rk\", message)"
        ),
        "+ex +rk"
    );
    assert_eq!(
        shown("go", "w := &kafka.Writer{Addr: a, Topic: \"orders\"}"),
        "+orders"
    );
    assert_eq!(
        shown(
            "go",
            "kafka.NewReader(kafka.ReaderConfig{Topic: \"orders\"})"
        ),
        "-orders"
    );
    assert_eq!(
        shown(
            "py",
            "channel.basic_publish(exchange='', routing_key='q', body=b)"
        ),
        "+ +q"
    );
    assert_eq!(
        shown(
            "py",
            "channel.basic_consume(queue='q', on_message_callback=f)"
        ),
        "-q"
    );
    assert_eq!(
        shown(
            "js",
            "await producer.send({ topic: 'orders', messages: [x] })"
        ),
        "+orders"
    );
    assert_eq!(
        shown("rs", "broker.subscribe(\"a.b\", \"g\", f)"),
        "-a.b -g"
    );
    assert_eq!(
        shown("java", "restTemplate.getForObject(\"u\", X.class)"),
        ""
    );
}

#[test]
fn sections_and_options_of_publishers_and_consumers_name_their_places() {
    let known = Knowledge::default();
    let section = |name| section_side(&known.messaging, name);
    assert!(section("RabbitMQPublisher.Exchange") == Some(Side::Publish));
    assert!(section("kafka.orders-consumer.topic") == Some(Side::Subscribe));
    assert!(section("Publisher.Host").is_none() && section("Orders.Exchange").is_none());
    assert!(section("spring.rabbitmq.listener.queue").is_none());
    let option = |text: &str| {
        let uses = uses(&tokens("go", text));
        uses.iter().find_map(|u| option(&known.messaging, u))
    };
    assert!(option("p.Configure(pkgPublisher.ExchangeName(\"paid\"))") == Some(Side::Publish));
    assert!(option("c.Configure(consumer.QueueName(\"paid\"))") == Some(Side::Subscribe));
    assert!(option("c.Configure(consumer.Name(\"paid\"), shop.Queue(\"x\"))").is_none());
}

#[test]
fn endpoints_of_routes_name_exchanges_and_queues() {
    let names = |text| endpoint(text).unwrap_or_default();
    assert_eq!(
        names("rabbitmq:orders?queue=placed&skipQueueDeclare=true"),
        "orders,placed"
    );
    assert_eq!(names("jms:queue:orders"), "orders");
    assert_eq!(names("kafka:orders?brokers=kafka:9092"), "orders");
    assert!(endpoint("file:inbox?queue=x").is_none() && endpoint("orders").is_none());
}

#[test]
fn configuration_binds_channels_to_topics() {
    let known = Knowledge::default();
    let binding_side = |name| binding_side(&known.messaging, name);
    assert!(
        binding_side("spring.cloud.stream.bindings.orders-out-0.destination")
            == Some(Side::Publish)
    );
    assert!(
        binding_side("spring.cloud.stream.bindings.input.destination") == Some(Side::Subscribe)
    );
    assert!(binding_side("mp.messaging.incoming.a.topic") == Some(Side::Subscribe));
    assert!(binding_side("server.port").is_none());
}

#[test]
fn patterns_mean_topics_by_their_parts() {
    for (pattern, topic) in [
        ("orders.*", "orders.placed"),
        ("shop.orders.>", "shop.orders.placed.eu"),
        ("orders.#", "orders"),
        ("orders/+/state", "orders/7/state"),
    ] {
        assert!(is_meant(pattern, topic), "{pattern} {topic}");
    }
    for (pattern, topic) in [
        ("orders.*", "orders.placed.eu"),
        ("orders.*", "carts.placed"),
        ("orders.>", "orders"),
        ("*.*", "orders.placed"),
        ("#", "orders"),
        ("orders", "orders.placed"),
    ] {
        assert!(!is_meant(pattern, topic), "{pattern} {topic}");
    }
}
