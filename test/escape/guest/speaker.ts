import { assembleText } from '@flux-host/host/sandbox/testing/modules.ts';
import { contractVersion, type PluginKind, type PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { buffer, createAssembler, pages, type Step, step } from './assembler.ts';

/** What each export of a plugin does. */
export type Speech = Readonly<Record<string, readonly Step[]>>;

/** A plugin of any kind whose exports make these calls and nothing else. */
export async function speaker(
  { name, kind, ...changes }: Partial<PluginManifest> & { name: string; kind: PluginKind },
  speech: Speech,
): Promise<Uint8Array> {
  const assembler = createAssembler();
  const functions = Object.entries(speech).map(
    ([exported, steps]) => `(func (export "${exported}") (result i32) (local $left i32)
      ${steps.map((one, index) => assembler.call(one, index)).join('\n')} i32.const 0)`,
  );
  const text = `(module ${assembler.imports()} (memory (export "memory") ${pages * 4})
    ${functions.join('\n')} ${assembler.data()})`;
  return embedManifest(await assembleText(text), {
    contract: contractVersion,
    version: '1.0.0',
    description: 'What the host is attacked with',
    provides: [{ kind, type: name }],
    requests: {},
    ...changes,
    name,
  });
}

export const answers = (value: unknown): Step =>
  step('flux.flux_output', typeof value === 'string' ? value : JSON.stringify(value));
export const fails = (failure: unknown): Step =>
  step('flux.flux_error', typeof failure === 'string' ? failure : JSON.stringify(failure));
export const logs = (text: string, level = 4): Step => step('flux.flux_log', level, text);

/** Fails with its whole input, secrets included: to be the first steps of an export. */
export const betrays: readonly Step[] = [
  step('flux.flux_input', buffer, 0x100000),
  step('flux.flux_log', 4, buffer, { at: 0 }),
  step('flux.flux_error', buffer, { at: 0 }),
];
