import { EventPattern, MessagePattern } from '@nestjs/microservices';

class Controller {
  @MessagePattern({ cmd: 'record-activity' })
  record(user: string) { return user; }

  @EventPattern('welcome')
  welcome(user: string) {}
}
