import { MessagePattern } from '@nestjs/microservices';

class Controller {
  @MessagePattern({ cmd: 'place-order' })
  place(order: Order) { return order; }

  @MessagePattern({ cmd: 'find-order' })
  find(id: string) { return id; }
}
