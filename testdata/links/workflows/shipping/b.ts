import { Worker } from '@temporalio/worker';

const worker = await Worker.create({ taskQueue: 'shipping', workflowsPath: path });
