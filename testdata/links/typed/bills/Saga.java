package bills;

import org.axonframework.commandhandling.gateway.CommandGateway;

class Saga {
    CommandGateway gateway;

    void pay() {
        gateway.send(ReserveStock.builder().build());
    }
}
