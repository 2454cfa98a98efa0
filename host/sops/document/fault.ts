/** What went wrong with a document; the place where it is used makes a FluxError of it. */
export type FaultKind =
  /** The file is not of its format. */
  | 'format'
  /** The `sops` section is missing or not understood. */
  | 'metadata'
  /** A value cannot be decrypted. */
  | 'value'
  /** The values are not those that were encrypted. */
  | 'mac'
  | 'data-key'
  /** It cannot be written in the wanted format. */
  | 'output';

/** A fault of an encrypted document. Its message never quotes a value of the document. */
export class SopsFault extends Error {
  override readonly name = 'SopsFault';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
