package shop;

public class Send extends Template {
    Message build(Environment environment) {
        return Message.builder().topic(environment.resolvePlaceholders(Topics.PAID)).build();
    }
}
