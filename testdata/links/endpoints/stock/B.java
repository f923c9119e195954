import org.apache.camel.builder.RouteBuilder;

class B { void f() { from("rabbitmq:orders?queue=placed").to("log:x"); from("direct:x").to("log:y"); } }
