import { textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';

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

/** A number is an i32, a bigint an i64; a text is passed as pointer and length. */
export type Argument = number | bigint | string | At | Bytes | Pointer;

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
const answer = 0x90000;
const pages = 16;

export interface ProgramOptions {
  /** How many bytes at {@link buffer} the answer has to hold; -1: the result of the last step. */
  readonly dump?: number | At;
  /** Code before the steps: `loop br 0`. */
  readonly code?: string;
  /** Parts of the module beside its functions. */
  readonly parts?: string;
}

/**
 * A plugin without a language in between, so that nothing makes its calls more decent than they are: makes the calls one after the other and
 * answers with their results.
 */
export function program(
  steps: readonly Step[],
  options: ProgramOptions = {},
  manifest: Partial<PluginManifest> = {},
): Promise<Uint8Array> {
  const data: string[] = [];
  let used = texts;
  const place = (bytes: Uint8Array) => {
    const pointer = used;
    const escaped = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    data.push(`(data (i32.const ${pointer}) "${escaped}")`);
    used += bytes.length;
    return pointer;
  };
  const pair = (bytes: Uint8Array) => `(i32.const ${place(bytes)}) (i32.const ${bytes.length})`;
  const operand = (argument: Argument): string => {
    if (typeof argument === 'number') return `(i32.const ${argument | 0})`;
    if (typeof argument === 'bigint') return `(i64.const ${BigInt.asIntN(64, argument)})`;
    if (typeof argument === 'string') return pair(new TextEncoder().encode(argument));
    if ('bytes' in argument) return pair(argument.bytes);
    if ('pointer' in argument) return `(i32.const ${place(argument.pointer)})`;
    return `(i32.load (i32.const ${argument.at}))`;
  };
  const calls = steps.map((one, index) => {
    const call = `(call $${idOf(one)} ${one.args.map(operand).join(' ')})`;
    const kept =
      one.result === undefined
        ? call
        : `(i32.store (i32.const ${index * 4}) ${one.result === 'i64' ? `(i32.wrap_i64 ${call})` : call})`;
    if (one.times === 1) return kept;
    return `(local.set $left (i32.const ${one.times}))
      (loop $again ${kept}
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))`;
  });
  const shown = steps.map(
    (_, index) => `(call $number (i32.load (i32.const ${index * 4}))) (call $byte (i32.const 44))`,
  );
  const last = `(i32.load (i32.const ${(steps.length - 1) * 4}))`;
  const { dump = 0 } = options;
  const length = typeof dump === 'number' ? (dump < 0 ? last : `(i32.const ${dump})`) : operand(dump);
  const body = `${importsOf(steps)}
    (import "extism:host/user" "flux_output" (func $answer (param i32 i32)))
    ${options.parts ?? ''}
    ${options.parts?.includes('(memory') ? '' : `(memory (export "memory") ${pages})`}
    ${writer}
    (func (export "build") (result i32) (local $left i32)
      (global.set $to (i32.const ${answer}))
      ${options.code ?? ''}
      ${calls.join('\n')}
      ${write('{"codes":[')} ${shown.join('\n')} ${write('0],"dump":"')}
      (call $hex (i32.const ${buffer}) ${length})
      ${write('"}')}
      (call $answer (i32.const ${answer}) (i32.sub (global.get $to) (i32.const ${answer})))
      i32.const 0)
    ${data.join('\n')}`;
  return textPlugin(body, manifest);
}

function idOf({ name, args }: Step): string {
  return `${name}-${typesOf(args).length}`;
}

function typesOf(args: readonly Argument[]): string[] {
  return args.flatMap((argument) => {
    if (typeof argument === 'bigint') return ['i64'];
    return typeof argument === 'string' || (typeof argument === 'object' && 'bytes' in argument)
      ? ['i32', 'i32']
      : ['i32'];
  });
}

function importsOf(steps: readonly Step[]): string {
  const unique = new Map(steps.map((one) => [idOf(one), one]));
  return [...unique]
    .map(([id, { name, args, result }]) => {
      const [namespace = '', bare = ''] = name.split('.');
      const types = `(param ${typesOf(args).join(' ')})${result ? ` (result ${result})` : ''}`;
      return `(import "${namespaces[namespace]}" "${bare}" (func $${id} ${types}))`;
    })
    .join('\n');
}

function write(text: string): string {
  return [...Buffer.from(text)].map((byte) => `(call $byte (i32.const ${byte}))`).join(' ');
}

/** Writes numbers and bytes behind the answer's end. */
const writer = `
  (global $to (mut i32) (i32.const ${answer}))
  (func $byte (param $value i32)
    (i32.store8 (global.get $to) (local.get $value))
    (global.set $to (i32.add (global.get $to) (i32.const 1))))
  (func $digits (param $value i32)
    (if (i32.ge_u (local.get $value) (i32.const 10))
      (then (call $digits (i32.div_u (local.get $value) (i32.const 10)))))
    (call $byte (i32.add (i32.const 48) (i32.rem_u (local.get $value) (i32.const 10)))))
  (func $number (param $value i32)
    (if (i32.lt_s (local.get $value) (i32.const 0))
      (then (call $byte (i32.const 45)) (local.set $value (i32.sub (i32.const 0) (local.get $value)))))
    (call $digits (local.get $value)))
  (func $digit (param $value i32)
    (call $byte (i32.add (local.get $value)
      (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get $value) (i32.const 10))))))
  (func $hex (param $from i32) (param $length i32)
    (if (i32.gt_s (local.get $length) (i32.const 0)) (then
      (loop $next
        (call $digit (i32.shr_u (i32.load8_u (local.get $from)) (i32.const 4)))
        (call $digit (i32.and (i32.load8_u (local.get $from)) (i32.const 15)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br_if $next (local.tee $length (i32.sub (local.get $length) (i32.const 1))))))))`;
