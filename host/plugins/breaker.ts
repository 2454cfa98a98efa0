import type { FluxError } from '../errors/flux-error.ts';
import { pluginBroken } from './errors.ts';

/** How a call ended, as far as the health of the plugin is concerned. */
export type Health = 'well' | 'broken' | 'unknown';

/** A circuit that is open at this moment. */
export interface OpenCircuit {
  readonly namespace: string;
  /** Milliseconds since 1970. */
  readonly retryAt: number;
  readonly failures: number;
  readonly last: string;
}

/**
 * Stops calling what breaks down time after time: a plugin that hangs takes its whole time limit, and a thread, with each call.
 * Each namespace has a circuit of its own, since it may be its input that the plugin breaks down over.
 */
export interface Breaker {
  /**
   * Asks to make a call; the answer has to be told how it ended.
   * @throws FluxError FLUX_E_PLUGIN_BROKEN while the circuit is open
   */
  enter(namespace: string): (health: Health, error?: FluxError) => void;
  open(): OpenCircuit[];
  /** Namespaces whose last call broke down. */
  failing(): string[];
  /** Another module: nothing is known of it. */
  reset(): void;
}

export interface BreakerOptions {
  readonly plugin: string;
  /** Breakdowns in a row that open a circuit; default 5. */
  readonly threshold?: number;
  /** How long it stays open the first time, doubling with each vain attempt, ms; default 30 s. */
  readonly firstMs?: number;
  /** Default 10 min. */
  readonly longestMs?: number;
  /** Told whenever a circuit opens or closes. */
  readonly onChange?: () => void;
  readonly now?: () => number;
}

interface Circuit {
  failures: number;
  /** Vain attempts since it opened; 0 while it is closed. */
  opened: number;
  retryAt: number;
  probing: boolean;
  last: string;
}

/** Only namespaces with failures are remembered, and not more than this. */
const mostCircuits = 1000;

export function createBreaker(options: BreakerOptions): Breaker {
  const { plugin, threshold = 5, firstMs = 30_000, longestMs = 600_000, onChange, now = Date.now } = options;
  let circuits = new Map<string, Circuit>();

  const fail = (namespace: string, circuit: Circuit, { probe, text }: { probe: boolean; text: string }) => {
    circuit.failures += 1;
    circuit.last = text;
    if (!probe && (circuit.opened > 0 || circuit.failures < threshold)) return;
    circuit.retryAt = now() + Math.min(firstMs * 2 ** circuit.opened, longestMs);
    circuit.opened += 1;
    circuits.set(namespace, circuit);
    onChange?.();
  };
  const circuitOf = (namespace: string): Circuit => {
    const found = circuits.get(namespace);
    if (found) return found;
    const circuit: Circuit = { failures: 0, opened: 0, retryAt: 0, probing: false, last: '' };
    circuits.set(namespace, circuit);
    const [oldest] = circuits.keys();
    if (circuits.size > mostCircuits && oldest !== undefined) circuits.delete(oldest);
    return circuit;
  };

  return {
    enter(namespace) {
      const mine = circuits;
      const circuit = mine.get(namespace);
      const isOpen = circuit !== undefined && circuit.opened > 0;
      if (isOpen && (circuit.probing || circuit.retryAt > now())) {
        throw pluginBroken(plugin, { ...circuit, namespace, now: now() });
      }
      const probe = isOpen;
      if (circuit && probe) circuit.probing = true;
      return (health, error) => {
        // The module was replaced meanwhile: this says nothing about the new one.
        if (mine !== circuits) return;
        if (circuit && probe) circuit.probing = false;
        if (health === 'well' && circuits.delete(namespace) && isOpen) onChange?.();
        if (health === 'broken') fail(namespace, circuitOf(namespace), { probe, text: error?.message ?? '' });
      };
    },
    open: () =>
      [...circuits].flatMap(([namespace, { opened, retryAt, failures, last }]) =>
        opened > 0 ? [{ namespace, retryAt, failures, last }] : [],
      ),
    failing: () => [...circuits.keys()],
    reset() {
      const had = circuits.size > 0;
      circuits = new Map();
      if (had) onChange?.();
    },
  };
}
