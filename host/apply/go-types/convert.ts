import { clone, isEmpty, isRecord, type Json, recordAt, setOwn } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import types from './generated/types.json' with { type: 'json' };

/** Shapes of a struct's fields by name; generate/main.go says what they mean. */
type Fields = Readonly<Record<string, string>>;
type Convert = (value: unknown) => unknown;

const table: Readonly<Record<'kinds' | 'types', Readonly<Record<string, Fields>>>> = types;
const compiled = new Map<Fields, (value: unknown) => Json>();

/** A value that is none of what the Go type takes. */
class Mismatch extends Error {}

/**
 * The object as it comes back from Kubernetes' Go types, through which Flux passes built-in kinds: fields that are empty and left out when they are, go (`env: []`,
 * `hostNetwork: false`); those that are always written come, as zero or null (`resources: {}`). Both decide which fields are owned. Unlike in Go, fields
 * that the types do not know stay, as the API server may be newer, and quantities and times keep their form, which it changes anyway.
 * @returns undefined when the kind has no such type, or the object does not fit it: then it is for the API server to judge
 */
export function throughGoTypes(object: KubeObject): KubeObject | undefined {
  const { apiVersion, kind, metadata } = object;
  const fields = table.kinds[`${apiVersion}/${kind}`];
  if (!fields) return undefined;
  try {
    const made = struct(fields)(object);
    return { ...made, apiVersion, kind, metadata: { ...recordAt(made, 'metadata'), name: metadata.name } };
  } catch (error) {
    if (error instanceof Mismatch) return undefined;
    throw error;
  }
}

/** Types refer to themselves: what is in them is compiled when it is first met. */
function struct(fields: Fields): (value: unknown) => Json {
  let known = compiled.get(fields);
  if (!known) {
    known = compile(fields);
    compiled.set(fields, known);
  }
  return known;
}

function compile(fields: Fields): (value: unknown) => Json {
  const members = Object.entries(fields).map(([name, text]) => {
    const isOmitted = text.startsWith('?');
    const shape = isOmitted ? text.slice(1) : text;
    return { name, isOmitted, isLeftOut: shape.startsWith('*') ? isNull : isZero, convert: converter(shape) };
  });
  return (value) => {
    if (!isRecord(value)) throw new Mismatch();
    const made: Json = {};
    for (const key of Object.keys(value))
      if (!Object.hasOwn(fields, key)) setOwn(made, key, clone(value[key]));
    for (const { name, isOmitted, isLeftOut, convert } of members) {
      const given = Object.hasOwn(value, name) ? value[name] : null;
      const kept = convert(given ?? null);
      if (!isOmitted || !isLeftOut(kept)) made[name] = kept;
    }
    return made;
  };
}

const isNull = (value: unknown): boolean => value === null;
/** What Go leaves out where there is no pointer. */
const isZero = (value: unknown): boolean => isEmpty(value) || value === '' || value === 0 || value === false;

/** What Go has of a value, null being the zero of its type. */
function converter(shape: string): Convert {
  if (shape.startsWith('*')) return orNull(converter(shape.slice(1)));
  if (shape.startsWith('[]')) return orNull(list(converter(shape.slice(2))));
  if (shape.startsWith('{}')) return orNull(map(converter(shape.slice(2))));
  if (shape.startsWith('#')) {
    const fields = table.types[shape.slice(1)] ?? {};
    return (value) => struct(fields)(value ?? {});
  }
  if (shape.startsWith('=')) {
    const zero: unknown = JSON.parse(shape.slice(1));
    return (value) => clone(value ?? zero);
  }
  return scalar(scalars[shape]);
}

const orNull =
  (convert: Convert): Convert =>
  (value) =>
    value === null ? null : convert(value);

const list =
  (convert: Convert): Convert =>
  (value) => {
    if (!Array.isArray(value)) throw new Mismatch();
    return value.map((item) => convert(item ?? null));
  };

const map =
  (convert: Convert): Convert =>
  (value) => {
    if (!isRecord(value)) throw new Mismatch();
    const made: Json = {};
    for (const key of Object.keys(value)) setOwn(made, key, convert(value[key] ?? null));
    return made;
  };

interface Scalar {
  readonly zero: unknown;
  fits(value: unknown): boolean;
}

const isText = (value: unknown) => typeof value === 'string';
const scalars: Readonly<Record<string, Scalar>> = {
  s: { zero: '', fits: isText },
  b: { zero: false, fits: (value) => typeof value === 'boolean' },
  i: { zero: 0, fits: Number.isInteger },
  f: { zero: 0, fits: (value) => typeof value === 'number' },
  B: { zero: null, fits: isText },
};

function scalar(type: Scalar | undefined): Convert {
  if (!type) throw new Error('types.json has a shape that is not known here');
  return (value) => {
    if (value === null) return type.zero;
    if (!type.fits(value)) throw new Mismatch();
    // Go's decoder of base64 skips line breaks.
    return type === scalars['B'] ? String(value).replaceAll(/[\r\n]/g, '') : value;
  };
}
