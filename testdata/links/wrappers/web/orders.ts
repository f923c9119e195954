import { MessageClient } from '../lib/messages/MessageClient';

class Orders {
  constructor(private readonly messageClient: MessageClient, private readonly activities: ActivityRepository) {}

  place(order: Order) {
    return this.messageClient.sendMessage(this.proxy, 'place-order', order);
  }

  async find(id: string): Promise<Order> {
    const pattern = { cmd: 'find-order' };
    return await this.ask(pattern, { id });
  }

  async ask(pattern: Pattern, payload: object): Promise<Order> {
    return await this.messageClient
      .send<Partial<Answer<Order>>>(this.proxy, pattern, payload);
  }

  async notify(user: string) {
    await this.activities.recordActivity(user);
    this.mailer.send('welcome', user);
  }
}
