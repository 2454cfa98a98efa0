import { PluginFailure } from '@flux-host/sdk/contract/failure.ts';
import Value from 'typebox/value';
import { visibleText } from './plugin-text.ts';

/** Together they fit into a condition, whose message the API server refuses beyond 32,768 characters. */
const longestMessage = 28 * 1024;
const longestHint = 2 * 1024;

/** What the API server takes as the reason of a condition; with another one it would refuse the whole status. */
const reasonForm = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const longestReason = 128;

/** Sooner the host would do nothing else, later nobody would know any more why nothing happens. */
const soonestMs = 1000;
const latestMs = 3_600_000;

/** A plugin reports JSON of the contract, or, when made with Extism's own PDKs, a sentence. */
export function failureOf(text: string): PluginFailure {
  const found = parse(text);
  if (!found) return { message: messageOf(text) };
  const { message, reason, hint, terminal, retryAfterMs } = found;
  return {
    message: messageOf(message),
    ...(reason && reason.length <= longestReason && reasonForm.test(reason) ? { reason } : {}),
    ...(hint === undefined ? {} : { hint: visibleText(hint.slice(0, longestHint)) }),
    ...(terminal === undefined ? {} : { terminal }),
    // With 0 the plugin has nothing to say about it.
    ...(retryAfterMs ? { retryAfterMs: Math.min(Math.max(retryAfterMs, soonestMs), latestMs) } : {}),
  };
}

function parse(text: string): PluginFailure | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(PluginFailure, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(text: string): string {
  return visibleText(text.trim().slice(0, longestMessage)) || 'the plugin failed without saying why';
}
