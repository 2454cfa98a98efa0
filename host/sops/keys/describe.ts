import type { WrappedKey } from '../document/metadata.ts';

const longest = 120;

/** The field that names a key, by service. */
const names: Readonly<Record<WrappedKey['service'], readonly string[]>> = {
  age: ['recipient'],
  pgp: ['fp'],
  kms: ['arn'],
  gcp_kms: ['resource_id'],
  azure_kv: ['vault_url', 'name'],
  hc_vault: ['vault_address', 'engine_path', 'key_name'],
  hckms: ['key_id'],
};

/** A key for messages: `age age1…`, `kms arn:aws:kms:…`. Recipients of post-quantum keys are thousands of letters long. */
export function describeKey({ service, entry }: WrappedKey): string {
  const parts = names[service].map((field) => entry[field]).filter((part) => typeof part === 'string');
  const name = parts.join('/');
  return `${service} ${name.length > longest ? `${name.slice(0, 24)}…${name.slice(-8)}` : name}`;
}

/** Where a key service is, when the key says so. */
export function addressOfKey({ service, entry }: WrappedKey): string | undefined {
  const field = service === 'hc_vault' ? 'vault_address' : service === 'azure_kv' ? 'vault_url' : undefined;
  const address = field && entry[field];
  return typeof address === 'string' && address !== '' ? address : undefined;
}
