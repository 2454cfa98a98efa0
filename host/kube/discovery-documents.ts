import { isKube } from './errors.ts';
import { formatApiVersion, parseApiVersion } from './object.ts';
import type { Rest } from './rest.ts';
import type { ApiResource } from './types.ts';

interface AggregatedGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly resources?: readonly {
      readonly resource: string;
      readonly responseKind?: { readonly kind?: string };
      readonly scope?: string;
      readonly shortNames?: readonly string[];
    }[];
  }[];
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly shortNames?: readonly string[];
  }[];
}

interface GroupList {
  readonly kind?: string;
  readonly items?: readonly AggregatedGroup[];
  readonly versions?: readonly string[];
  readonly groups?: readonly {
    readonly versions: readonly { readonly groupVersion: string }[];
    readonly preferredVersion?: { readonly groupVersion: string };
  }[];
}

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/**
 * Every kind that the API server serves, preferred versions first: two requests of aggregated discovery, or one for each group and
 * version where that is not served (Kubernetes before 1.27).
 */
export async function discoverAll(rest: Rest, signal?: AbortSignal): Promise<ApiResource[]> {
  const roots = await Promise.all(
    ['/api', '/apis'].map((path) =>
      rest.call<GroupList | null>({
        verb: 'get',
        target: `discovery ${path}`,
        method: 'GET',
        path,
        accept: aggregated,
        signal,
      }),
    ),
  );
  const perRoot = await Promise.all(
    roots.map((root) =>
      root?.kind === 'APIGroupDiscoveryList' ? fromAggregated(root) : fromGroups(rest, root ?? {}, signal),
    ),
  );
  return perRoot.flat();
}

function fromAggregated(list: GroupList): ApiResource[] {
  return (list.items ?? []).flatMap((group) =>
    (group.versions ?? []).flatMap(({ version, resources }) =>
      (resources ?? []).flatMap(({ resource, responseKind, scope, shortNames }) =>
        responseKind?.kind
          ? [
              {
                group: group.metadata?.name ?? '',
                version,
                kind: responseKind.kind,
                plural: resource,
                namespaced: scope === 'Namespaced',
                ...(shortNames && { shortNames }),
              },
            ]
          : [],
      ),
    ),
  );
}

async function fromGroups(rest: Rest, list: GroupList, signal?: AbortSignal): Promise<ApiResource[]> {
  const groupVersions = [
    ...(list.versions ?? []),
    ...(list.groups ?? []).flatMap(({ versions, preferredVersion }) => {
      const all = versions.map(({ groupVersion }) => groupVersion);
      const preferred = preferredVersion?.groupVersion;
      return preferred ? [preferred, ...all.filter((each) => each !== preferred)] : all;
    }),
  ];
  const found = await Promise.all(
    groupVersions.map((each) =>
      discoverGroupVersion(rest, parseApiVersion(each), signal).catch((error: unknown) => {
        // An aggregated API whose server is down must not hide all others.
        if (isKube(error, 'serverFault')) return [];
        throw error;
      }),
    ),
  );
  return found.flat();
}

/** The kinds of one group and version; none when it is not served. */
export async function discoverGroupVersion(
  rest: Rest,
  groupVersion: { group: string; version: string },
  signal?: AbortSignal,
): Promise<ApiResource[]> {
  const apiVersion = formatApiVersion(groupVersion);
  const path = groupVersion.group ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { group, version } = groupVersion;
  try {
    const list = await rest.call<ResourceList | null>({
      verb: 'get',
      target: `discovery ${path}`,
      method: 'GET',
      path,
      signal,
    });
    return (list?.resources ?? [])
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced, shortNames }) => ({
        group,
        version,
        kind,
        plural: name,
        namespaced,
        ...(shortNames && { shortNames }),
      }));
  } catch (error) {
    if (isKube(error, 'notFound')) return [];
    throw error;
  }
}
