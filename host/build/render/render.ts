import { createHash } from 'node:crypto';
import { SubstitutionError } from '../envsubst/syntax.ts';
import { notYaml, substitutionFailed } from '../errors.ts';
import { parseYaml } from '../yaml/parse.ts';
import { documents } from './documents.ts';
import { nameOf, objectsIn } from './objects.ts';
import { mayOptOut, optsOut, type Substitution, substituter } from './substitution.ts';

/** What a builder's output became. */
export interface Rendered {
  /** Lists of objects as UTF-8 JSON, small enough that parsing one does not hold a thread for long. */
  readonly chunks: Uint8Array<ArrayBuffer>[];
  /** `sha256:<hex>` of the YAML after substitution. */
  readonly digest: string;
}

/** Characters of JSON in a chunk, about 2 ms of parsing. */
const chunkSize = 256 * 1024;

/**
 * Splits a builder's YAML stream, substitutes variables in each object and parses it.
 * @throws FluxError that names the object
 */
export function render(stream: string, substitution: Substitution | null): Rendered {
  const replace = substitution && substituter(substitution);
  const hash = createHash('sha256');
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let pending: string[] = [];
  let size = 0;
  const flush = () => {
    if (pending.length > 0) chunks.push(new TextEncoder().encode(`[${pending.join(',')}]`));
    pending = [];
    size = 0;
  };
  let count = 0;
  for (const source of documents(stream)) {
    count += 1;
    const text = replace ? substituted(source, replace, count) : source;
    hash.update(count === 1 ? '' : '---\n').update(text);
    for (const object of objectsIn(parsed(text, { source, count, substituted: text !== source }))) {
      const json = JSON.stringify(object);
      pending.push(json);
      size += json.length;
      if (size >= chunkSize) flush();
    }
  }
  flush();
  return { chunks, digest: `sha256:${hash.digest('hex')}` };
}

function substituted(source: string, replace: (text: string) => string, count: number): string {
  if (mayOptOut(source) && optsOut(parsed(source, { source, count, substituted: false }))) return source;
  try {
    return replace(source);
  } catch (error) {
    if (error instanceof SubstitutionError) throw substitutionFailed(named(source, count), error.message);
    throw error;
  }
}

interface Origin {
  readonly source: string;
  readonly count: number;
  readonly substituted: boolean;
}

function parsed(text: string, { source, count, substituted: isSubstituted }: Origin): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const name = isSubstituted ? named(source, count) : ordinal(count);
    // The rest of the message quotes the lines around, which may be those of a Secret.
    throw notYaml(name, error.message.split('\n')[0] ?? '', isSubstituted);
  }
}

/** Names the object of a document that was not substituted yet. */
function named(source: string, count: number): string {
  try {
    return nameOf(parseYaml(source)) ?? ordinal(count);
  } catch {
    return ordinal(count);
  }
}

function ordinal(count: number): string {
  return `document ${count} of the output`;
}
