const { ServiceBroker } = require('moleculer');
const broker = new ServiceBroker({ transporter: 'NATS' });
broker.createService({ name: 'mails', events: { 'order.created'(ctx) { console.log(ctx); } } });
