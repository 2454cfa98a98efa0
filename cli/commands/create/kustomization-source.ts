import type { Kustomization } from '@flux-host/crds/index.ts';

type SourceRef = Kustomization['spec']['sourceRef'];

export const sourceKinds = ['OCIRepository', 'GitRepository', 'Bucket'] as const;

/** What is wrong with `--source`, in Flux's words; undefined when nothing is. */
export function isSourceFault(text: string): string | undefined {
  if (text.trim() === '') {
    return `no Kustomization source given, please specify source that contains the Kubernetes manifests in the format '[<kind>/]<name>.<namespace>', where kind must be one of: (${sourceKinds.join(', ')}), if kind is not specified it defaults to GitRepository`;
  }
  const { kind, name } = split(text);
  if (!name) return `no name given for source of kind '${kind}'`;
  if (!kind && sourceKinds.some((each) => each === name)) return `no kind specified for source '${name}'`;
  if (kind && !sourceKinds.some((each) => each.toLowerCase() === kind.toLowerCase())) {
    return `source kind '${kind}' is not supported, must be one of: ${sourceKinds.join(', ')}`;
  }
  return undefined;
}

/** `[kind/]name[.namespace]`; the kind in any letter case. */
export function kustomizationSource(text: string): SourceRef {
  const { kind, name, namespace } = split(text);
  return {
    kind: sourceKinds.find((each) => each.toLowerCase() === kind.toLowerCase()) ?? 'GitRepository',
    name,
    ...(namespace && { namespace }),
  };
}

function split(text: string): { kind: string; name: string; namespace: string } {
  const slash = text.split('/');
  const [kind = '', rest = ''] = slash.length === 2 ? slash : ['', text];
  const dot = rest.lastIndexOf('.');
  return dot < 0
    ? { kind, name: rest, namespace: '' }
    : { kind, name: rest.slice(0, dot), namespace: rest.slice(dot + 1) };
}
