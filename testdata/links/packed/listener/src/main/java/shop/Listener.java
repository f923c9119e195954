package shop;

import org.eclipse.microprofile.reactive.messaging.Incoming;

public abstract class Listener {
    @Incoming("incoming")
    void on(String order) {
        handle(order);
    }

    abstract void handle(String order);
}
