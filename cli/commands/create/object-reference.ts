import { usageError } from '../../command/errors.ts';

/** An object as flags name it. */
export interface ObjectReference {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/**
 * Reads `<kind>/<name>`.
 * @throws FluxError FLUX_E_CLI_USAGE in Flux's words
 */
export function kindAndName(text: string): ObjectReference {
  const [kind = '', name, ...more] = text.split('/');
  if (!kind || !name || more.length > 0) {
    throw usageError(`invalid event source '${text}', must be in format <kind>/<name>`);
  }
  return { kind, name };
}

/** Reads `<kind>/<name>[.<namespace>]`; what follows the last dot is the namespace, which has none in it. */
export function kindNameAndNamespace(text: string): ObjectReference {
  const { kind, name } = kindAndName(text);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? { kind, name } : { kind, name: name.slice(0, dot), namespace: name.slice(dot + 1) };
}
