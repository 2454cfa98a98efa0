import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { SopsFault } from './fault.ts';
import { defaultRule, type Rule } from './rules.ts';
import { type Branch, isBranch, isComment, isList, isTimestamp, type Value as TreeValue } from './tree.ts';

/** Key services by the name of their list in the metadata, in the order in which SOPS puts them into a group. */
export const services = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp', 'age'] as const;
export type Service = (typeof services)[number];

/** One way to get a data key, or a part of it. */
export interface WrappedKey {
  readonly service: Service;
  /** The entry as it stands in the file. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** The `sops` section of a file. */
export interface Metadata {
  /** Each group holds a part of the data key, each of its keys the same part. */
  readonly groups: readonly (readonly WrappedKey[])[];
  /** Groups that are needed; 0: not said. */
  readonly threshold: number;
  readonly rule: Rule;
  readonly macOnlyEncrypted: boolean;
  /** Encrypted; undefined when the file has none. */
  readonly mac: string | undefined;
  /** What the MAC is bound to: RFC 3339. */
  readonly lastModified: string;
}

const entries = Type.Optional(
  Type.Union([Type.Null(), Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: 100 })]),
);
const keyLists = {
  kms: entries,
  gcp_kms: entries,
  hckms: entries,
  azure_kv: entries,
  hc_vault: entries,
  pgp: entries,
  age: entries,
};
const text = Type.Optional(Type.Union([Type.Null(), Type.String()]));
const Section = Type.Object({
  ...keyLists,
  key_groups: Type.Optional(Type.Union([Type.Null(), Type.Array(Type.Object(keyLists), { maxItems: 255 })])),
  shamir_threshold: Type.Optional(
    Type.Union([
      Type.Null(),
      Type.Integer({ minimum: 0, maximum: 255 }),
      Type.String({ pattern: '^\\d{1,3}$' }),
    ]),
  ),
  lastmodified: Type.String(),
  mac: text,
  mac_only_encrypted: Type.Optional(Type.Union([Type.Null(), Type.Boolean(), Type.String()])),
  unencrypted_suffix: text,
  encrypted_suffix: text,
  unencrypted_regex: text,
  encrypted_regex: text,
  unencrypted_comment_regex: text,
  encrypted_comment_regex: text,
});

const ruleNames = [
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
] as const;

/** @throws SopsFault when the section is not what SOPS writes */
export function readMetadata(section: Branch): Metadata {
  const value = plainOf(section);
  if (!Value.Check(Section, value)) {
    const [problem] = Value.Errors(Section, value);
    const where = problem?.instancePath.slice(1).replaceAll('/', '.') ?? '';
    throw new SopsFault(
      'metadata',
      `sops${where ? `.${where}` : ''} ${problem?.message ?? 'is not understood'}`,
    );
  }
  const groups = groupsOf(value);
  if (groups.length === 0) throw new SopsFault('metadata', 'No keys found in file');
  return {
    groups,
    threshold: Number(value.shamir_threshold ?? 0),
    rule: ruleOf(value),
    macOnlyEncrypted: /^(?:1|t|true)$/i.test(String(value.mac_only_encrypted ?? '')),
    mac: value.mac || undefined,
    lastModified: goTime(value.lastmodified),
  };
}

function groupsOf(value: Static<typeof Section>): WrappedKey[][] {
  const keysOf = (lists: Partial<Record<Service, readonly Record<string, unknown>[] | null>>): WrappedKey[] =>
    services.flatMap((service) => (lists[service] ?? []).map((entry) => ({ service, entry })));
  const single = keysOf(value);
  return single.length > 0 ? [single] : (value.key_groups ?? []).map(keysOf);
}

function ruleOf(value: Static<typeof Section>): Rule {
  const rules = ruleNames.flatMap((name): Rule[] => {
    const given = value[name];
    return given ? [{ name, value: given }] : [];
  });
  if (rules.length > 1) {
    throw new SopsFault(
      'metadata',
      `Cannot use more than one of ${rules.map(({ name }) => name).join(', ')} in the same file`,
    );
  }
  return rules[0] ?? defaultRule;
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What Go's `Format(time.RFC3339)` writes of the time that was parsed: without fractions, `Z` for no offset. */
function goTime(given: string): string {
  const match = rfc3339.exec(given);
  if (!match || Number.isNaN(Date.parse(given))) {
    throw new SopsFault('metadata', 'sops.lastmodified is no time of RFC 3339');
  }
  const [, local = '', zone = ''] = match;
  return `${local}${zone === '+00:00' ? 'Z' : zone}`;
}

/** Without comments and order. Numbers are small here. */
function plainOf(value: TreeValue): unknown {
  if (isBranch(value)) {
    const pairs = value.items.flatMap(({ key, value: below }) =>
      isComment(key) ? [] : [[key, plainOf(below)] as const],
    );
    return Object.fromEntries(pairs);
  }
  if (isList(value)) return value.filter((item) => !isComment(item)).map(plainOf);
  if (isTimestamp(value)) return value.text;
  return typeof value === 'bigint' ? Number(value) : value;
}
