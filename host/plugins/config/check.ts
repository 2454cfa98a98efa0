import { createHash } from 'node:crypto';
import type { PluginKind, PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { invalidConfig } from '../errors.ts';
import { problemsOf } from './validate.ts';

/** Verdicts that are remembered: objects are reconciled far more often than their configs change. */
const mostKept = 500;

/** Checks configs against the schemas that plugins give for them. */
export interface ConfigCheck {
  /** @throws FluxError FLUX_E_PLUGIN_CONFIG that names the fields */
  check(plugin: { manifest: PluginManifest; digest: string }, use: ConfigUse): void;
}

export interface ConfigUse {
  readonly kind: PluginKind;
  readonly type: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

export function createConfigCheck(): ConfigCheck {
  const verdicts = new Map<string, readonly string[]>();
  return {
    check({ manifest, digest }, { kind, type, config = {} }) {
      const schema = manifest.provides.find((one) => one.kind === kind && one.type === type)?.config;
      if (!schema) return;
      const text = textOf([digest, kind, type, config]);
      if (text === undefined) throw invalidConfig(manifest.name, ['it is nested too deeply']);
      const key = createHash('sha256').update(text).digest('hex');
      let problems = verdicts.get(key);
      if (!problems) {
        problems = problemsOf(schema, config);
        verdicts.set(key, problems);
        const [oldest] = verdicts.keys();
        if (verdicts.size > mostKept && oldest !== undefined) verdicts.delete(oldest);
      }
      if (problems.length > 0) throw invalidConfig(manifest.name, problems);
    },
  };
}

/** As JSON; undefined when it is deeper than the stack. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
