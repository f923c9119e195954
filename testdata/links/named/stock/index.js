const { ServiceBroker } = require('moleculer');
const broker = new ServiceBroker({ transporter: 'NATS' });
broker.createService({ name: 'warehouse', version: 1, actions: { reserve() { return 1; } } });
