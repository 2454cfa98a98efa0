import Type from 'typebox';
import Value from 'typebox/value';
import { malformed } from './errors.ts';
import { pages } from './pages.ts';
import { formatReference } from './reference.ts';
import type { Transport } from './transport.ts';
import type { CallOptions, Repository } from './types.ts';

const TagList = Type.Object({
  tags: Type.Optional(Type.Union([Type.Null(), Type.Array(Type.String())])),
});

const pageSize = 1000;
const standardMost = 100_000;

/** See `OciClient.tags`. */
export function tags(
  transport: Transport,
  repository: Repository,
  { most = standardMost, signal }: CallOptions & { most?: number },
): Promise<string[]> {
  const what = `the list of tags of ${formatReference({ registry: repository.registry, name: repository.name })}`;
  return pages(
    transport,
    { repository, at: `tags/list?n=${pageSize}`, signal },
    {
      what,
      most,
      items(bytes) {
        const value = parse(bytes);
        if (!Value.Check(TagList, value)) throw malformed(what, 'it is not like {"tags": ["…"]}');
        return value.tags ?? [];
      },
    },
  );
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
