import { textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { type At, answer, buffer, createAssembler, pages, type Step } from './assembler.ts';

export type { Argument, At, Bytes, Step } from './assembler.ts';
export { buffer, repeated, scratch, step } from './assembler.ts';

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
  const assembler = createAssembler();
  const calls = steps.map((one, index) => assembler.call(one, index));
  const shown = steps.map(
    (_, index) => `(call $number (i32.load (i32.const ${index * 4}))) (call $byte (i32.const 44))`,
  );
  const last = `(i32.load (i32.const ${(steps.length - 1) * 4}))`;
  const { dump = 0 } = options;
  const length =
    typeof dump === 'number' ? (dump < 0 ? last : `(i32.const ${dump})`) : assembler.operand(dump);
  const body = `${assembler.imports()}
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
    ${assembler.data()}`;
  return textPlugin(body, manifest);
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
