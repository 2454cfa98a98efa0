/**
 * The vocabulary in which the API kinds are written: TypeBox schemas with a description on everything and
 * Kubernetes' extensions as plain options. One schema yields the static type and the CRD (see structural.ts).
 */
import Type, {
  type TArray,
  type TEnum,
  type TObject,
  type TProperties,
  type TSchema,
  type TString,
} from 'typebox';

/** A CEL rule that the API server checks (`x-kubernetes-validations`). */
export interface Rule {
  readonly rule: string;
  /** Shown to the user when the rule is false. */
  readonly message: string;
}

export interface StringOptions {
  readonly default?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface IntegerOptions {
  readonly default?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: 'int32' | 'int64';
}

export interface ArrayOptions {
  readonly default?: readonly unknown[];
  readonly minItems?: number;
  readonly maxItems?: number;
  /** How server-side apply merges the list; the API server's default is atomic. */
  readonly listType?: 'atomic' | 'map' | 'set';
  readonly mapKeys?: readonly string[];
}

export interface ObjectOptions {
  readonly default?: Readonly<Record<string, unknown>>;
  readonly rules?: readonly Rule[];
  /** Server-side apply replaces the object as a whole. */
  readonly atomic?: boolean;
}

/** Marks a property as one that may be left out. */
export const optional = Type.Optional;

export function string(description: string, options: StringOptions = {}): TString {
  return Type.String({ description, ...options });
}

/** A Go duration such as `1h30m`. */
export function duration(description: string, options: Pick<StringOptions, 'default'> = {}): TString {
  return string(description, { pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$', ...options });
}

/** A Go duration without hours, as Flux wants for the timeouts of network operations. */
export function timeout(description: string, options: Pick<StringOptions, 'default'> = {}): TString {
  return string(description, { pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$', ...options });
}

/** A point in time in RFC 3339. */
export function time(description: string): TString {
  return Type.String({ description, format: 'date-time' });
}

export function boolean(description: string, options: { readonly default?: boolean } = {}) {
  return Type.Boolean({ description, ...options });
}

export function integer(description: string, options: IntegerOptions = {}) {
  return Type.Integer({ description, ...options });
}

/** One of a fixed list of words. */
export function oneOf<const Words extends string[]>(
  words: readonly [...Words],
  description: string,
  options: { readonly default?: Words[number] } = {},
): TEnum<Words> {
  return Type.Enum(words, { type: 'string', description, ...options });
}

export function array<Item extends TSchema>(
  items: Item,
  description: string,
  options: ArrayOptions = {},
): TArray<Item> {
  const { listType, mapKeys, ...rest } = options;
  return Type.Array(items, {
    description,
    ...rest,
    ...(listType ? { 'x-kubernetes-list-type': listType } : {}),
    ...(mapKeys ? { 'x-kubernetes-list-map-keys': mapKeys } : {}),
  });
}

/** An object with keys of the user's choice. */
export function mapOf<Value extends TSchema>(value: Value, description: string) {
  return Type.Record(Type.String(), value, { description });
}

/** Strings by name: labels, annotations, variables. */
export function map(description: string) {
  return mapOf(Type.String(), description);
}

export function object<Properties extends TProperties>(
  description: string,
  properties: Properties,
  options: ObjectOptions = {},
): TObject<Properties> {
  const { rules, atomic, ...rest } = options;
  return Type.Object(properties, {
    description,
    ...rest,
    ...(rules ? { 'x-kubernetes-validations': rules } : {}),
    ...(atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  });
}

/** Any JSON at all; the API server keeps it as it is. */
export function anything(description: string) {
  return Type.Unknown({ description, 'x-kubernetes-preserve-unknown-fields': true });
}

/** An object whose fields somebody else defines; the API server keeps it as it is. */
export function freeForm(description: string) {
  return Type.Record(Type.String(), Type.Unknown(), {
    description,
    'x-kubernetes-preserve-unknown-fields': true,
  });
}
