import { stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { usageError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { fluxKinds } from '../../kinds/index.ts';
import type { FluxKind, SourceReference } from '../../kinds/types.ts';

/** A part of the events of a cluster. */
export interface Scope {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly fieldSelector?: string;
}

/**
 * The events that `--for kind[/name]` asks for: those of the object, and those of what it is made from.
 * @throws FluxError FLUX_E_CLI_USAGE when the kind is none of Flux
 */
export async function scopesFrom(invocation: Invocation): Promise<Scope[]> {
  const { flags, namespace, signal, cluster } = invocation;
  const own = flags.is('all-namespaces') ? {} : { namespace };
  const selector = flags.text('for');
  if (!selector) return [own];
  const [kindName = '', name = ''] = selector.split('/', 2);
  if (!kindName) throw usageError('--for selector must be of format <kind>[/<name>]');
  const kind = kindNamed(kindName);
  if (!kind) throw usageError(`'${kindName}' is not a recognized Flux kind`);
  const scope = { ...own, fieldSelector: involved(kind.resource.kind, name) };
  const related = relations[kind.resource.kind] ?? kind.sourceReference;
  if (!name || !related) return [scope];
  const { client } = await cluster();
  const object = await client.get<KubeObject>(kind.resource, { namespace, name }, { signal });
  const references = [related(object), templateSource(object)];
  return [scope, ...references.flatMap((ref) => (ref?.name ? [scopeOf(ref)] : []))];
}

/** Kinds that refer to something that is not their source, but tells why they do nothing. */
const relations: Readonly<Record<string, (object: KubeObject) => SourceReference>> = {
  Alert: (object) => referenceIn(object, 'Provider', 'providerRef'),
  ImagePolicy: (object) => referenceIn(object, 'ImageRepository', 'imageRepositoryRef'),
};

function referenceIn(object: KubeObject, kind: string, field: string): SourceReference {
  const name = stringAt(object, 'spec', field, 'name') ?? '';
  const namespace = stringAt(object, 'spec', field, 'namespace');
  return { kind, name, namespace: namespace || (object.metadata.namespace ?? '') };
}

/** By the name of the kind, as in manifests, in any letter case. */
export function kindNamed(name: string): FluxKind | undefined {
  return fluxKinds.find(({ resource }) => resource.singular === name.toLowerCase());
}

/** Whether an event is about an object of Flux. */
export function isAboutFlux(event: KubeObject): boolean {
  const kind = kindNamed(stringAt(event, 'involvedObject', 'kind') ?? '');
  const apiVersion = stringAt(event, 'involvedObject', 'apiVersion');
  // Flux looks at the kind only; kinds like Provider or Bucket exist elsewhere too.
  return kind !== undefined && (!apiVersion || apiVersion.split('/', 1)[0] === kind.resource.group);
}

/** A HelmRelease with a chart template has its chart and the source of that chart. */
function templateSource(object: KubeObject): SourceReference | undefined {
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((field) =>
    stringAt(object, 'spec', 'chart', 'spec', 'sourceRef', field),
  );
  if (!kind || !name) return undefined;
  return { kind, name, namespace: namespace || (object.metadata.namespace ?? '') };
}

function scopeOf({ kind, name, namespace }: SourceReference): Scope {
  return { namespace, fieldSelector: involved(kind, name) };
}

function involved(kind: string, name: string): string {
  const selector = `involvedObject.kind=${kind}`;
  return name ? `${selector},involvedObject.name=${name}` : selector;
}
