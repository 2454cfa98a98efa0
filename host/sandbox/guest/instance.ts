import createPlugin from '@extism/extism';
import { extismNamespace, hostNamespace, wasiNamespace } from '@flux-host/sdk/contract/host-functions.ts';
import type { CallMessage, NewInstance, Outcome } from '../protocol.ts';
import type { Bridge } from './bridge.ts';
import { type CallState, emptyState } from './call-state.ts';
import { fileSystem, noFiles, preopenedRoot } from './files.ts';
import { hostFunctionBodies } from './host-functions.ts';
import { kernel } from './kernel.ts';
import { guestMemory } from './memory.ts';
import { outcomeOfError } from './outcome.ts';
import { sockets } from './sockets.ts';
import type { WasiContext } from './wasi/context.ts';
import { descriptors } from './wasi/descriptors.ts';
import { emptyInput, lineOutput } from './wasi/streams.ts';
import { wasi } from './wasi/wasi.ts';

const info = 2;
const error = 4;

/** What a call leaves behind. */
export interface Finished {
  readonly outcome: Outcome;
  readonly reads: readonly string[];
  readonly skipped: readonly string[];
}

/** An instance of a plugin and everything that it can reach. */
export interface Instance {
  call(message: CallMessage): Promise<Finished>;
  readonly memoryBytes: number;
}

/** The line to the main thread and where log lines go. */
export interface Surroundings {
  readonly bridge: Bridge;
  log(level: number, message: string): void;
}

/**
 * Prepares an instance; the module itself is started by the first call, so that whatever it does at start is bounded and
 * reported like everything else.
 */
export function createInstance(
  { module, memoryBytes }: NewInstance,
  { bridge, log }: Surroundings,
): Instance {
  const memory = guestMemory();
  const state: CallState = emptyState(log);
  let stderr: string[] = [];
  const streams = [
    lineOutput((text) => state.log.write(info, text)),
    lineOutput((text) => {
      if (stderr.length < 50) stderr.push(text);
      state.log.write(error, text);
    }),
  ] as const;
  const connections = sockets(bridge);
  const context: WasiContext = {
    memory,
    descriptors: descriptors([emptyInput(), ...streams, preopenedRoot(() => context.tree)]),
    tree: noFiles,
    wait: bridge.wait,
  };
  const extism = kernel(state, bridge, memoryBytes);
  const host = hostFunctionBodies({
    state,
    memory,
    bridge,
    sockets: connections,
    descriptors: context.descriptors,
    tree: () => context.tree,
  });
  const start = async () => {
    const plugin = await createPlugin(module, {
      // Extism would open its own WASI, which is node's.
      useWasi: false,
      functions: {
        [extismNamespace]: extism.functions,
        [hostNamespace]: withoutContext(host.functions),
        [wasiNamespace]: withoutContext(wasi(context)),
      },
      logger: console,
      fetch: noFetch,
    });
    const { exports } = await plugin.getInstance();
    if (exports['memory'] instanceof WebAssembly.Memory) memory.attach(exports['memory']);
    if (typeof exports['_initialize'] === 'function') exports['_initialize']();
    return { plugin, exports };
  };
  let running: ReturnType<typeof start> | null = null;

  const run = async (message: CallMessage): Promise<Outcome> => {
    try {
      running ??= start();
      const { plugin, exports } = await running;
      await plugin.reset();
      const target = exports[message.export];
      if (typeof target !== 'function')
        return { kind: 'abi', message: `it does not export "${message.export}"` };
      const code = target();
      if (state.failure !== null) return { kind: 'failure', text: state.failure };
      if (typeof code === 'number' && code !== 0) {
        return { kind: 'failure', text: `the plugin failed with code ${code} and did not say why` };
      }
      return { kind: 'output', output: state.output ?? new Uint8Array(0) };
    } catch (thrown) {
      return outcomeOfError(thrown, { stderr, memoryBytes, used: memory.size });
    }
  };

  return {
    get memoryBytes() {
      return memory.size;
    },
    async call(message) {
      Object.assign(state, {
        input: message.input,
        output: null,
        failure: null,
        answer: null,
        status: 0,
        headers: {},
        config: message.config,
        limits: message.limits,
      });
      stderr = [];
      extism.reset();
      host.reset();
      connections.reset();
      bridge.begin(message.call, connections.accept);
      const { tree, reads, skipped } = fileSystem(message);
      context.tree = tree;
      const outcome = await run(message);
      for (const stream of streams) stream.flush();
      state.log.end();
      context.descriptors.reset();
      context.tree = noFiles;
      state.input = new Uint8Array(0);
      return { outcome, reads: [...reads].sort(), skipped: [...skipped].sort() };
    },
  };
}

type Plain = (...parameters: never[]) => unknown;

/** Extism hands its own context to each function first. */
function withoutContext(
  functions: Readonly<Record<string, Plain>>,
): Record<string, (context: unknown, ...parameters: unknown[]) => unknown> {
  const drop =
    (body: Plain) =>
    (_context: unknown, ...parameters: unknown[]): unknown =>
      Reflect.apply(body, undefined, parameters);
  return Object.fromEntries(Object.entries(functions).map(([name, body]) => [name, drop(body)]));
}

// Given so that Extism does not reach for the global one, which takes long to load.
async function noFetch(): Promise<never> {
  throw new Error('a plugin has no other way out than the host');
}
