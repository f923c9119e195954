package mailer;

class Mails {
    @RabbitListener(queues = "mail-entries")
    void mail(String mail) {
    }
}
