import { isKube, malformedError } from './errors.ts';
import { metadataAccept, withKind } from './metadata.ts';
import { resourcePath, withQuery } from './paths.ts';
import type { Call, Rest } from './rest.ts';
import type { ApiResource, ListOptions, ListResult, PartialObject } from './types.ts';

interface Page<T> {
  readonly items?: T[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

/** As kubectl: large enough for few round trips, small enough for the server to answer at once. */
const defaultPageSize = 500;

/**
 * All objects of a collection, page by page. When the continue token expires in the middle the list starts again, the last
 * time in one piece, as client-go's pager does.
 */
export async function listAll<T extends PartialObject>(
  rest: Rest,
  resource: ApiResource,
  options: ListOptions,
): Promise<ListResult<T>> {
  try {
    return await listPages<T>(rest, resource, options);
  } catch (error) {
    if (!isKube(error, 'gone')) throw error;
  }
  return listPages<T>(rest, resource, { ...options, pageSize: 0 });
}

async function listPages<T extends PartialObject>(
  rest: Rest,
  resource: ApiResource,
  options: ListOptions,
): Promise<ListResult<T>> {
  const pageSize = options.pageSize ?? defaultPageSize;
  const items: T[] = [];
  let next: string | undefined;
  for (;;) {
    const call: Call = {
      verb: 'list',
      target: options.namespace ? `${resource.kind} in ${options.namespace}` : resource.kind,
      method: 'GET',
      path: withQuery(resourcePath(resource, { namespace: options.namespace }), {
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
        limit: pageSize > 0 ? String(pageSize) : undefined,
        continue: next,
        // The token of a further page names the version already.
        resourceVersion: next === undefined ? options.resourceVersion : undefined,
      }),
      ...(options.metadataOnly && { accept: metadataAccept('PartialObjectMetadataList') }),
      signal: options.signal,
    };
    const page = await rest.call<Page<T> | null>(call);
    if (!page?.metadata) throw malformedError(call, 'the answer is not a list');
    for (const item of page.items ?? []) items.push(withKind(item, resource));
    next = page.metadata.continue || undefined;
    if (next === undefined) return { items, resourceVersion: page.metadata.resourceVersion ?? '' };
  }
}
