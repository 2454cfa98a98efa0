import { watchConfigs } from './configs.ts';
import { controllers } from './controllers/all.ts';
import { type AppController, eventRecorders, type Parts } from './controllers/parts.ts';
import type { HostOptions } from './options.ts';
import { watchOtherSources } from './other-sources.ts';
import type { Platform } from './platform.ts';
import { whenServed } from './served.ts';
import { startServices } from './services.ts';
import { Sources } from './sources.ts';
import { storageFolder } from './storage.ts';
import { Wakeups } from './wakeups.ts';

/** The working part of the process: plugins, store and controllers. */
export interface Engine {
  /** Reconciles until the signal aborts and what is in flight has ended; `drain` aborts that too. */
  run(signal: AbortSignal, drain: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything and fills the caches; nothing is reconciled before {@link Engine.run}. */
export async function startEngine(
  asked: HostOptions,
  platform: Platform,
  signal: AbortSignal,
): Promise<Engine> {
  const { client, log } = platform;
  const path = await storageFolder(asked.storage.path, { components: asked.components, log });
  const options: HostOptions = { ...asked, storage: { ...asked.storage, path } };
  const wakeups = new Wakeups();
  const sources = new Sources();
  const recorders = eventRecorders(options, platform);
  const services = await startServices(options, platform, wakeups);
  const events = (component: string) => recorders.of(component);
  const onEvent: Parts['onEvent'] = (receiver) => recorders.handTo(receiver);
  const parts: Parts = { options, platform, services, wakeups, sources, events, onEvent };
  const runs = ({ component }: AppController) => !component || options.components.has(component);
  const made = controllers
    .map((create) => create(parts))
    .filter((controller) => !controller.optional || runs(controller))
    .map((one) => (one.optional ? whenServed(one, one.optional, platform) : one));
  const { configSelector, labelSelector } = options;
  const reconciled = new Set(['GitRepository', ...made.flatMap(({ optional }) => optional?.kind ?? [])]);
  await Promise.all([
    ...made.map((controller) => controller.sync(signal)),
    watchOtherSources({
      client,
      wakeups,
      log,
      signal,
      sources,
      reconciled,
      sharded: labelSelector !== undefined,
    }),
    configSelector ? watchConfigs({ client, selector: configSelector, wakeups, log, signal }) : undefined,
  ]);
  const running = made.filter(runs);
  return {
    async run(stop, drain) {
      await Promise.all(running.map((controller) => controller.run(stop, drain)));
    },
    async close() {
      // Last events become notifications, and those are sent by plugins.
      await recorders.flush();
      await Promise.all(made.map((controller) => controller.close?.()));
      await services.close();
      await recorders.flush();
    },
  };
}
