import { parseYaml } from '../../build/yaml/parse.ts';
import { badDecryptionSecret } from '../errors.ts';
import { isObject } from '../resources/json-tree.ts';

/** What is wrong with an entry; undefined when nothing is. Nothing of it is quoted. */
type Check = (bytes: Buffer) => string | undefined;

const suffixes: readonly (readonly [string, Check])[] = [
  ['.agekey', ageProblem],
  ['.asc', armourProblem],
];

const names: Readonly<Record<string, Check>> = {
  'sops.aws-kms': (bytes) => (mapOf(bytes) ? undefined : 'it is no YAML map'),
  'sops.azure-kv': azureProblem,
  'sops.gcp-kms': googleProblem,
};

/**
 * Looks at every entry of a decryption Secret that has a meaning, so that a mistake in one shows at once.
 * @param data base64
 * @throws FluxError FLUX_E_SOPS_SECRET that names the entry
 */
export function checkEntries(data: Readonly<Record<string, string>>, secret: string): void {
  for (const [entry, value] of Object.entries(data)) {
    const check = names[entry] ?? suffixes.find(([suffix]) => entry.endsWith(suffix))?.[1];
    const problem = check?.(Buffer.from(value, 'base64'));
    if (problem) throw badDecryptionSecret(secret, entry, problem);
  }
}

const ageLine = /^AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]+$/i;

function ageProblem(bytes: Buffer): string | undefined {
  const lines = bytes
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0) return 'it has no age key';
  return keys.every((line) => ageLine.test(line)) ? undefined : 'a line of it is no AGE-SECRET-KEY-…';
}

function armourProblem(bytes: Buffer): string | undefined {
  const isKey = bytes.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----');
  return isKey ? undefined : 'it is no armoured OpenPGP private key (gpg --export-secret-keys --armor)';
}

function azureProblem(bytes: Buffer): string | undefined {
  const map = mapOf(bytes);
  if (!map) return 'it is no YAML map';
  const has = (...fields: string[]) =>
    fields.every((field) => typeof map[field] === 'string' && map[field] !== '');
  const isComplete =
    has('tenantId', 'clientId', 'clientSecret') ||
    has('tenantId', 'clientId', 'clientCertificate') ||
    has('tenant', 'appId', 'password') ||
    has('clientId');
  if (isComplete) return undefined;
  return "it requires a 'clientId' field, a combination of 'tenantId', 'clientId' and 'clientSecret', or 'tenantId', 'clientId' and 'clientCertificate'";
}

function googleProblem(bytes: Buffer): string | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) && typeof value['type'] === 'string' ? undefined : 'it has no type';
  } catch {
    return 'it is no JSON';
  }
}

function mapOf(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseYaml(textOf(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Files of Windows tools are UTF-16. */
function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
}
