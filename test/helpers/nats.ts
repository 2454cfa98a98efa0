/** A real NATS server for tests. */
export { type Nats, type NatsAuth, type NatsOptions, startNats } from './nats/server.ts';
export type { Subscription } from './nats/subscription.ts';
