BullModule.forRoot({ redis: { host: process.env.REDIS_HOST } });
