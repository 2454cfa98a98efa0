import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { invalidSchema } from '../errors.ts';

const mostBytes = 64 * 1024;
const deepest = 32;
const references = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

/**
 * Checks the schemas that a plugin gives for its configs: they say everything themselves, are of a sensible size, and their expressions are
 * valid. How long a validation takes is bounded where it runs.
 * @throws FluxError FLUX_E_PLUGIN_MANIFEST
 */
export function checkSchemas({ provides }: PluginManifest): void {
  for (const { config } of provides) {
    if (!config) continue;
    if (JSON.stringify(config).length > mostBytes) throw invalidSchema(`is larger than ${mostBytes} bytes`);
    checkNode(config, 0);
  }
}

function checkNode(node: unknown, depth: number): void {
  if (depth > deepest) throw invalidSchema(`is nested more than ${deepest} levels deep`);
  if (Array.isArray(node)) {
    for (const item of node) checkNode(item, depth + 1);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (references.has(key) && typeof value === 'string' && !value.startsWith('#')) {
      throw invalidSchema(`refers to ${JSON.stringify(value.slice(0, 100))}, which is outside of it`);
    }
    if (key === 'pattern' && typeof value === 'string') checkPattern(value);
    if (key === 'patternProperties' && typeof value === 'object' && value !== null) {
      Object.keys(value).forEach(checkPattern);
    }
    checkNode(value, depth + 1);
  }
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw invalidSchema(
      `has an expression that is not valid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
