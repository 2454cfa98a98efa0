import type { HostFailure } from '../../contract/host-functions.ts';
import type { PluginDefinition } from '../library/definition.ts';
import { HostError } from '../library/host-error.ts';
import { describeError } from './describe.ts';
import { failureOf, isExpected } from './failure.ts';
import { forgetBodies } from './fetch/body.ts';
import { type Hooks, native } from './native.ts';
import { setStackMap } from './stack.ts';
import type { StackMap } from './stack-map.ts';
import { dropTimers, runNextTimer } from './timers.ts';

/** What the builder asks the module for, and tells it. */
export type BuildCommand = { readonly do: 'describe' } | ({ readonly do: 'finish' } & StackMap);

/** Answer to `describe`; nothing when the module has no plugin as its default export. */
export interface Description {
  readonly manifest: PluginDefinition['manifest'];
  /** Names of the exports; the engine knows them by their index. */
  readonly operations: readonly string[];
}

function isDefinition(value: unknown): value is PluginDefinition {
  return typeof value === 'object' && value !== null && 'manifest' in value && 'operations' in value;
}

const errorLevel = 4;

/** Connects a plugin to the engine. */
export function serve(module: Readonly<Record<string, unknown>>): void {
  const { default: plugin } = module;
  const operations = isDefinition(plugin) ? Object.entries(plugin.operations) : [];
  const rejections = new Map<object, unknown>();
  let output: string | undefined;

  const forget = () => {
    dropTimers();
    forgetBodies();
    rejections.clear();
    output = undefined;
  };

  const hooks: Hooks = {
    async call(index) {
      forget();
      const [, run] = operations[index] ?? [];
      const answer: unknown = await run?.(JSON.parse(native.input()));
      output = JSON.stringify(answer);
    },
    end() {
      const [lost] = rejections.values();
      const missed = rejections.size > 0;
      const text = output;
      forget();
      if (missed) {
        throw new Error('a promise was rejected and nobody was waiting for it: an await may be missing', {
          cause: lost,
        });
      }
      if (text !== undefined) native.output(text);
    },
    fail(error) {
      forget();
      if (error instanceof Error && !isExpected(error)) native.log(errorLevel, describeError(error));
      native.error(JSON.stringify(failureOf(error)));
    },
    build(text) {
      const command: BuildCommand = JSON.parse(text);
      if (command.do === 'finish') {
        setStackMap(command);
        return '';
      }
      if (!isDefinition(plugin)) return '';
      const description: Description = {
        manifest: plugin.manifest,
        operations: operations.map(([name]) => name),
      };
      return JSON.stringify(description);
    },
    hostFailure(document) {
      const failure: HostFailure = JSON.parse(document);
      return new HostError(failure);
    },
    timer: runNextTimer,
    rejection(promise, reason, handled) {
      if (handled) rejections.delete(promise);
      else rejections.set(promise, reason);
    },
  };
  native.setHooks(hooks);
}
