import { checkEntries } from './check-entries.ts';

/** Entries of a Secret, base64. */
export type Entries = Readonly<Record<string, string>>;

/** What one key service gets to prove who asks. */
export type Material = Readonly<Record<string, Entries | undefined>>;

/** Names under which plugins find keys whose entries have any name with a suffix. */
export const ageKeys = 'keys.agekey';
export const pgpKeys = 'keys.asc';

/** Key services whose credentials have an entry with a name of their own. */
const fixedEntries = {
  hc_vault: 'sops.vault-token',
  kms: 'sops.aws-kms',
  azure_kv: 'sops.azure-kv',
  gcp_kms: 'sops.gcp-kms',
} as const;

/**
 * Takes a decryption Secret apart: each key service gets its own entries and no other's. A service that is not known here gets what
 * belongs to none of the known ones.
 * @param name of the Secret, for messages
 * @throws FluxError FLUX_E_SOPS_SECRET for entries that cannot be anything
 */
export function materialOf(data: Entries, name: string): Material {
  checkEntries(data, name);
  const fixed = Object.entries(fixedEntries).flatMap(([service, entry]) => {
    const value = data[entry];
    return value === undefined ? [] : [[service, { [entry]: value }] as const];
  });
  return {
    age: joined(data, { suffix: '.agekey', as: ageKeys }),
    pgp: joined(data, { suffix: '.asc', as: pgpKeys }),
    ...Object.fromEntries(fixed),
  };
}

/** Of a Secret that serves every Kustomization only the age keys count, as in Flux. @throws as {@link materialOf} */
export function ageMaterialOf(data: Entries, name: string): Material {
  checkEntries(Object.fromEntries(Object.entries(data).filter(([entry]) => entry.endsWith('.agekey'))), name);
  return { age: joined(data, { suffix: '.agekey', as: ageKeys }) };
}

function joined(data: Entries, { suffix, as }: { suffix: string; as: string }): Entries | undefined {
  const texts = Object.keys(data)
    .filter((entry) => entry.endsWith(suffix))
    .sort()
    .map((entry) =>
      Buffer.from(data[entry] ?? '', 'base64')
        .toString('utf8')
        .trim(),
    );
  if (texts.length === 0) return undefined;
  return { [as]: Buffer.from(`${texts.join('\n')}\n`).toString('base64') };
}
