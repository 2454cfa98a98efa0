import { isRecord } from '../../json.ts';
import { noState } from './verification-errors.ts';

/** The signed objects of a fetch, as they are in the repository. */
export interface GitState {
  readonly commit: Uint8Array;
  /** Object of an annotated tag. */
  readonly tag?: Uint8Array;
  /** Short name of the tag that was checked out, annotated or not. */
  readonly tagName?: string;
}

/**
 * Reads what the git plugin returns as `state` when the spec asks for verification.
 * @throws FluxError when there is no commit in it
 */
export function gitStateOf(state: unknown): GitState {
  const fields = isRecord(state) ? state : {};
  const bytes = (field: string) => {
    const value = fields[field];
    return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : undefined;
  };
  const commit = bytes('commit');
  if (!commit) throw noState();
  const tag = bytes('tag');
  const { tagName } = fields;
  return {
    commit,
    ...(tag ? { tag } : {}),
    ...(typeof tagName === 'string' && tagName !== '' ? { tagName } : {}),
  };
}
