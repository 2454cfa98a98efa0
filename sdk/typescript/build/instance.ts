import type { BuildCommand } from '../runtime/serve.ts';

/** JavaScript threw something while a plugin was built. */
export class EvaluationFailure extends Error {
  /** Stack with places in the bundle. */
  readonly trace: string;
  constructor(message: string, trace: string) {
    super(message);
    this.trace = trace;
  }
}

/** An engine that evaluates a plugin in this process. */
export interface BuildInstance {
  /** @throws EvaluationFailure */
  evaluate(code: string, name: string): void;
  /** Asks the module. */
  command(command: BuildCommand): string;
  /** Ends the set-up. The memory as the module starts with it. */
  freeze(capabilities: number): Uint8Array;
}

/**
 * What of its stack of 2 MiB the engine lets JavaScript use, in bytes; the rest is for functions that check only now and then. It
 * is about 4500 calls of a function. V8 needs up to twice as much of its own for the same calls, of the 4 MiB that the host gives
 * a plugin's thread; where plugins are built, it has less.
 */
const stackBytes = { plugin: 1280 * 1024, build: 256 * 1024 } as const;

/** Builds at any time have to give the same bytes. */
const fixedTime = BigInt(Date.UTC(2000, 0)) * 1_000_000n;

type ImportFunction = (...parameters: (number | bigint)[]) => number;

function importsOf(module: WebAssembly.Module, memory: () => WebAssembly.Memory): WebAssembly.Imports {
  const fixed: Readonly<Record<string, ImportFunction>> = {
    clock_time_get: (_clock, _precision, result) => {
      new DataView(memory().buffer).setBigUint64(Number(result), fixedTime, true);
      return 0;
    },
    random_get: (pointer, length) => {
      new Uint8Array(memory().buffer, Number(pointer), Number(length)).fill(7);
      return 0;
    },
  };
  const imports: Record<string, Record<string, ImportFunction>> = {};
  for (const { module: namespace, name } of WebAssembly.Module.imports(module)) {
    imports[namespace] ??= {};
    imports[namespace][name] =
      fixed[name] ??
      (() => {
        throw new Error(`the engine called ${name} while a plugin was built`);
      });
  }
  return imports;
}

/** Starts an engine with nothing in it. */
export async function startInstance(module: WebAssembly.Module): Promise<BuildInstance> {
  let exports: WebAssembly.Instance['exports'] = {};
  const memory = () => {
    const found = exports['memory'];
    if (found instanceof WebAssembly.Memory) return found;
    throw new Error('the engine exports no memory');
  };
  const call = (name: string, ...parameters: number[]): number => {
    const found = exports[name];
    if (typeof found !== 'function') throw new Error(`the engine does not export ${name}`);
    return Number(found(...parameters) ?? 0);
  };
  ({ exports } = await WebAssembly.instantiate(module, importsOf(module, memory)));
  const stackPointer = () => {
    const found = exports['__stack_pointer'];
    return found instanceof WebAssembly.Global ? Number(found.value) : 0;
  };
  const bytes = (pointer: number, length: number) => new Uint8Array(memory().buffer, pointer, length);
  const give = (text: string): [pointer: number, length: number] => {
    const content = new TextEncoder().encode(`${text}\0`);
    const pointer = call('flux_allocate', content.length);
    if (pointer === 0) throw new Error('the engine has no memory left');
    bytes(pointer, content.length).set(content);
    return [pointer, content.length - 1];
  };
  const take = (pointer: number) => call('flux_free', pointer);
  const result = () => new TextDecoder().decode(bytes(call('flux_result'), call('flux_result_length')));
  const checked = (code: number): string => {
    const text = result();
    if (code === 0) return text;
    const [message = '', ...stack] = text.split('\n');
    throw new EvaluationFailure(message, stack.join('\n'));
  };
  const top = stackPointer();
  if (call('flux_start', stackBytes.build) !== 0) throw new Error('the engine did not start');
  return {
    evaluate(code, name) {
      const [source, length] = give(code);
      const [label] = give(name);
      const failed = call('flux_evaluate', source, length, label);
      take(source);
      take(label);
      checked(failed);
    },
    command(command) {
      const [text, length] = give(JSON.stringify(command));
      const failed = call('flux_build', text, length);
      take(text);
      return checked(failed);
    },
    freeze(capabilities) {
      call('flux_freeze', capabilities, stackBytes.plugin);
      if (stackPointer() !== top) throw new Error('the engine did not give its stack back');
      const snapshot = new Uint8Array(memory().buffer.slice(0));
      // What is left of frames that are no more.
      snapshot.fill(0, 0, top);
      return snapshot;
    },
  };
}
