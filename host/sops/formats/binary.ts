import { SopsFault } from '../document/fault.ts';
import type { Branch } from '../document/tree.ts';

/** The file in the envelope: the text of `data`. */
export function emitBinary(branches: readonly Branch[]): string {
  const [branch, another] = branches;
  if (!branch || another)
    throw new SopsFault('output', 'error emitting binary store: there must be exactly one tree branch');
  const data = branch.items.find(({ key }) => key === 'data');
  if (typeof data?.value === 'string') return data.value;
  throw new SopsFault(
    'output',
    data
      ? "error emitting binary store: 'data' key in tree does not have a string value"
      : 'error emitting binary store: no binary data found in tree',
  );
}
