import {
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  mergeTag,
  NOT_RESOLVED,
  Schema,
  strTag,
} from 'js-yaml';
import { keyText } from './keys.ts';
import { booleanStarts, isNull, nullStarts, numberStarts, toBoolean, toNumber } from './scalars.ts';

const core = 'tag:yaml.org,2002:';
const loadOnly = { identify: () => false };

const nullTag = defineScalarTag(`${core}null`, {
  ...loadOnly,
  implicit: true,
  implicitFirstChars: nullStarts,
  resolve: (text) => (isNull(text) ? null : NOT_RESOLVED),
});

const booleanTag = defineScalarTag(`${core}bool`, {
  ...loadOnly,
  implicit: true,
  implicitFirstChars: booleanStarts,
  resolve: (text) => toBoolean(text) ?? NOT_RESOLVED,
});

/** Numbers of both kinds: JSON makes no difference. */
const integerTag = defineScalarTag(`${core}int`, {
  ...loadOnly,
  implicit: true,
  implicitFirstChars: numberStarts,
  resolve: (text, isExplicit) => {
    const number = toNumber(text);
    return number && (number.isInteger || !isExplicit) ? number.value : NOT_RESOLVED;
  },
});

const floatTag = defineScalarTag(`${core}float`, {
  ...loadOnly,
  resolve: (text) => toNumber(text)?.value ?? NOT_RESOLVED,
});

const timestampTag = defineScalarTag(`${core}timestamp`, { ...loadOnly, resolve: (text) => text });

const binaryTag = defineScalarTag(`${core}binary`, {
  ...loadOnly,
  resolve: (text) => Buffer.from(text, 'base64').toString(),
});

/** Tags that nobody knows are ignored, as in go-yaml. */
const unknownScalarTag = defineScalarTag('', {
  ...loadOnly,
  matchByTagPrefix: true,
  resolve: (text) => text,
});

const notJson = 'infinity and not-a-number cannot be stored';

/** JSON has no infinity; go-yaml has, but Kubernetes then fails to convert it. */
function isJson(value: unknown): boolean {
  return typeof value !== 'number' || Number.isFinite(value);
}

type JsonObject = Record<string, unknown>;

const jsonObject = {
  ...loadOnly,
  create: (): JsonObject => ({}),
  addPair: (object: JsonObject, key: unknown, value: unknown) => {
    const name = keyText(key);
    if (name === undefined) return 'a mapping key must be text, a number or a boolean';
    if (!isJson(value)) return notJson;
    // An assignment to `__proto__` would be none.
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
    return '';
  },
  has: (object: JsonObject, key: unknown) => Object.hasOwn(object, keyText(key) ?? ''),
  keys: (object: JsonObject) => Object.keys(object),
  get: (object: JsonObject, key: unknown) => object[keyText(key) ?? ''],
};

const jsonArray = {
  ...loadOnly,
  create: (): unknown[] => [],
  addItem: (list: unknown[], item: unknown) => {
    if (!isJson(item)) return notJson;
    list.push(item);
    return undefined;
  },
};

/** YAML as Kubernetes reads it, to values that JSON has. */
export const kubernetesSchema = new Schema([
  strTag,
  nullTag,
  booleanTag,
  integerTag,
  floatTag,
  timestampTag,
  binaryTag,
  mergeTag,
  defineMappingTag(`${core}map`, jsonObject),
  defineSequenceTag(`${core}seq`, jsonArray),
  defineMappingTag('', { ...jsonObject, matchByTagPrefix: true }),
  defineSequenceTag('', { ...jsonArray, matchByTagPrefix: true }),
  unknownScalarTag,
]);
