export const publishEvent = async ({ topic, message }: Args) => { await producer.send({ topic, messages: [message] }) }
export const emitNow = (topic: string, m: any) => producer.send({ topic: topic, messages: [m] })
