import type { PluginFailure } from '../failure.ts';
import type { PluginKind } from '../manifest.ts';

/**
 * A golden example of a call: what the host sends, and an answer that it accepts. Examples document the contract and are what a
 * plugin of the kind is tried with.
 */
export interface Example<Kind extends PluginKind = PluginKind> {
  readonly kind: Kind;
  readonly operation: string;
  /** A sentence: what the example shows. */
  readonly shows: string;
  readonly request: unknown;
  /** One valid answer; another plugin may answer differently. */
  readonly response?: unknown;
  readonly failure?: PluginFailure;
}
