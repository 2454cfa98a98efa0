/** A place in the plugin's memory that holds a number by the time it is needed. */
export interface At {
  readonly at: number;
}

/** Bytes in the plugin's memory: pointer and length are passed. */
export interface Bytes {
  readonly bytes: Uint8Array;
}

/** Bytes in the plugin's memory: only the pointer is passed. */
export interface Pointer {
  readonly pointer: Uint8Array;
}

/** Bytes in the plugin's memory, as WASI reads and writes them: pointer and number of vectors are passed. */
export interface Vector {
  readonly vector: Uint8Array;
}

/** A number is an i32, a bigint an i64; a text is passed as pointer and length. */
export type Argument = number | bigint | string | At | Bytes | Pointer | Vector;

/** One call of an import. */
export interface Step {
  /** `wasi.path_open`, `flux.flux_http_open`, `extism.alloc` */
  readonly name: string;
  readonly args: readonly Argument[];
  /** How often it is made; the last result counts. */
  readonly times: number;
  /** Type of its result, if it has one. */
  readonly result: 'i32' | 'i64' | undefined;
}

const namespaces: Readonly<Record<string, string>> = {
  wasi: 'wasi_snapshot_preview1',
  flux: 'extism:host/user',
  extism: 'extism:host/env',
};
const silent = new Set(['flux_output', 'flux_error', 'flux_log', 'proc_exit', 'flux_http_close']);

export function step(name: string, ...args: readonly Argument[]): Step {
  const result = silent.has(name.split('.')[1] ?? '') ? undefined : 'i32';
  return { name, args, times: 1, result };
}

export function repeated(times: number, one: Step): Step {
  return { ...one, times };
}

/** Where results are kept, scratch space, texts, what is dumped, and the answer; 16 pages. */
const texts = 0x10000;
/** Free to use: 60 KiB. */
export const scratch = 0x1000;
/** Free to use: 256 KiB. */
export const buffer = 0x40000;
/** Where an answer is put together. */
export const answer = 0x90000;
export const pages = 16;

/** Puts steps into the text form of a module. */
export interface Assembler {
  /** The call, its result kept as that of the step with this number. Needs a local `$left`. */
  call(one: Step, index: number): string;
  operand(argument: Argument): string;
  /** Imports that the steps so far need, and their data. */
  imports(): string;
  data(): string;
}

export function createAssembler(): Assembler {
  const segments: string[] = [];
  const steps = new Map<string, Step>();
  let used = texts;
  const place = (bytes: Uint8Array) => {
    const pointer = used;
    const escaped = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    segments.push(`(data (i32.const ${pointer}) "${escaped}")`);
    used += bytes.length;
    return pointer;
  };
  const pair = (bytes: Uint8Array) => `(i32.const ${place(bytes)}) (i32.const ${bytes.length})`;
  const operand = (argument: Argument): string => {
    if (typeof argument === 'number') return `(i32.const ${argument | 0})`;
    if (typeof argument === 'bigint') return `(i64.const ${BigInt.asIntN(64, argument)})`;
    if (typeof argument === 'string') return pair(new TextEncoder().encode(argument));
    if ('bytes' in argument) return pair(argument.bytes);
    if ('vector' in argument) {
      const vector = Uint32Array.of(place(argument.vector), argument.vector.length);
      return `(i32.const ${place(new Uint8Array(vector.buffer))}) (i32.const 1)`;
    }
    if ('pointer' in argument) return `(i32.const ${place(argument.pointer)})`;
    return `(i32.load (i32.const ${argument.at}))`;
  };
  return {
    operand,
    call(one, index) {
      steps.set(idOf(one), one);
      const call = `(call $${idOf(one)} ${one.args.map(operand).join(' ')})`;
      const kept =
        one.result === undefined
          ? call
          : `(i32.store (i32.const ${index * 4}) ${one.result === 'i64' ? `(i32.wrap_i64 ${call})` : call})`;
      if (one.times === 1) return kept;
      return `(local.set $left (i32.const ${one.times}))
        (loop $again ${kept}
          (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))`;
    },
    imports: () => importsOf([...steps]),
    data: () => segments.join('\n'),
  };
}

function idOf({ name, args }: Step): string {
  return `${name}-${typesOf(args).length}`;
}

function typesOf(args: readonly Argument[]): string[] {
  return args.flatMap((argument) => {
    if (typeof argument === 'bigint') return ['i64'];
    if (typeof argument === 'string') return ['i32', 'i32'];
    return typeof argument === 'object' && ('bytes' in argument || 'vector' in argument)
      ? ['i32', 'i32']
      : ['i32'];
  });
}

function importsOf(steps: readonly [string, Step][]): string {
  return steps
    .map(([id, { name, args, result }]) => {
      const [namespace = '', bare = ''] = name.split('.');
      const types = `(param ${typesOf(args).join(' ')})${result ? ` (result ${result})` : ''}`;
      return `(import "${namespaces[namespace]}" "${bare}" (func $${id} ${types}))`;
    })
    .join('\n');
}
