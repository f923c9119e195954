import { Client } from '@temporalio/client';

await client.workflow.start(ship, { taskQueue: 'shipping', workflowId: 'x' });
