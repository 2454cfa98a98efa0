/** A Sigstore instance of its own, for keyless signatures without any service. */
export { createSigstore, type Signing, type Sigstore } from './sigstore/sigstore.ts';
