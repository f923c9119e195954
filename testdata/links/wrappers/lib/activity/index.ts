import { ClientProxy } from '@nestjs/microservices';

export class ActivityRepository {
  constructor(private readonly proxy: ClientProxy) {}

  async recordActivity(user: string): Promise<{ message: string; }> {
    const pattern = { cmd: 'record-activity' };
    return await lastValueFrom(this.proxy.send(pattern, { user }));
  }
}
