import type { WrappedDataKey } from './keys/wrapped.ts';

/** How the files of one build are decrypted. */
export interface Decryption {
  /** Digest of everything that decides which data keys can be had. Results of builds are kept under it. */
  readonly id: string;
  /**
   * Has a data key unwrapped: the keys of a group are tried one after the other, as many groups as the threshold says have to give their part.
   * @throws FluxError FLUX_E_SOPS_DATA_KEY, FLUX_E_SOPS_KEY_SERVICE; AbortError
   */
  dataKey(wrapped: WrappedDataKey, signal: AbortSignal): Promise<Uint8Array>;
}
