import org.apache.camel.builder.RouteBuilder;

class A { void f() { from("direct:x").to("rabbitmq:orders?routingKey=placed"); } }
