import { ClientProxy } from '@nestjs/microservices';

export class MessageClient {
  sendMessage(proxy: Pick<ClientProxy, 'send'>, cmd: string, payload: object): Promise<any> {
    const pattern = { cmd };
    return firstValueFrom(proxy.send<string>(pattern, payload));
  }

  send<T>(proxy: Pick<ClientProxy, 'send'>, pattern: object, payload: object): Promise<T> {
    return firstValueFrom(proxy.send<T>(pattern, payload));
  }
}
