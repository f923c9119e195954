package shop;

public class Billing extends Listener {
    @Override
    void handle(String order) {}
}
