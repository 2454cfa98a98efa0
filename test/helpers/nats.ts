/** A real NATS server for tests. */
export { createIdentity, createOperator, credentialsFile } from './nats/identity.ts';
export { type Nats, type NatsAuth, type NatsOptions, startNats } from './nats/server.ts';
export type { Subscription } from './nats/subscription.ts';
