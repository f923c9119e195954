const { ServiceBroker } = require('moleculer');
const broker = new ServiceBroker({ transporter: 'NATS' });
broker.createService({
  name: 'shop-orders',
  actions: {
    async create(ctx) {
      await ctx.call('v1.warehouse.reserve', { id: 1 });
      ctx.emit('order.created', {});
    },
  },
});
