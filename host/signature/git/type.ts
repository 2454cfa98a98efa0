/** How a Git object was signed; `empty`: not at all. */
export type SignatureType = 'openpgp' | 'ssh' | 'x509' | 'unknown' | 'empty';

const beginnings: readonly (readonly [prefix: string, type: SignatureType])[] = [
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
  // Git takes it for a signature, too, but nothing detached comes in this armour.
  ['-----BEGIN PGP MESSAGE-----', 'unknown'],
];

/** Tells by the first line of the armour, as Flux does. */
export function signatureType(signature: string): SignatureType {
  if (signature === '') return 'empty';
  return signatureStarts(signature.trim()) ?? 'unknown';
}

/** The type of the signature that begins a text; undefined where none does. */
export function signatureStarts(text: string): SignatureType | undefined {
  return beginnings.find(([prefix]) => text.startsWith(prefix))?.[1];
}
