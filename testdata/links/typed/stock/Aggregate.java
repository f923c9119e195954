package stock;

import org.axonframework.commandhandling.CommandHandler;

class Aggregate {
    @CommandHandler
    public void on(ReserveStock command) {
    }
}
