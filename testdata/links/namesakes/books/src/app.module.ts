import { TypeOrmModule } from '@nestjs/typeorm';

export const imports = [
  TypeOrmModule.forRoot({ type: 'mysql', host: process.env.DB_HOST, port: 3306 }),
];
