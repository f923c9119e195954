import { PrismaService } from '@shop/prisma-service';

class Orders { constructor(private readonly prisma: PrismaService) {} }
