package shop;

import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;

public class Orders {
    static final String PLACED_CHANNEL = "placed";

    @Channel(PLACED_CHANNEL)
    Emitter<String> emitter;

    void place(String order) {
        emitter.send(order);
    }
}
