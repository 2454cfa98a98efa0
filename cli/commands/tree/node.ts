import { formatRef, parseApiVersion } from '@flux-host/host/kube/object.ts';
import type { NamespacedName, ObjectRef } from '@flux-host/host/kube/types.ts';
import { toYaml } from '../../output/yaml.ts';

/** An object and what it brought about. */
export interface TreeNode {
  readonly object: NamespacedName & { readonly group: string; readonly kind: string };
  readonly children: readonly TreeNode[];
}

export function treeNode(
  { apiVersion, kind, namespace, name }: ObjectRef,
  children: readonly TreeNode[] = [],
): TreeNode {
  return { object: { group: parseApiVersion(apiVersion).group, kind, namespace, name }, children };
}

/** Lines with branches drawn before them. */
export function treeText(root: TreeNode): string {
  return `${formatRef(root.object)}\n${branches(root.children, '')}`;
}

function branches(nodes: readonly TreeNode[], margin: string): string {
  return nodes
    .map(({ object, children }, index) => {
      const isLast = index === nodes.length - 1;
      const below = branches(children, `${margin}${isLast ? '    ' : '│   '}`);
      return `${margin}${isLast ? '└── ' : '├── '}${formatRef(object)}\n${below}`;
    })
    .join('');
}

/** Field names are those of Flux's Go structs. */
interface TreeData {
  readonly resource: {
    readonly Namespace: string;
    readonly Name: string;
    readonly GroupKind: { readonly Group: string; readonly Kind: string };
  };
  readonly resources?: readonly TreeData[];
}

function dataOf({ object, children }: TreeNode): TreeData {
  const { group, kind, namespace, name } = object;
  return {
    resource: { Namespace: namespace, Name: name, GroupKind: { Group: group, Kind: kind } },
    ...(children.length > 0 && { resources: children.map(dataOf) }),
  };
}

/** @param format `json`, `yaml` or empty for text */
export function formatTree(root: TreeNode, format: string): string {
  if (format === 'json') return `${JSON.stringify(dataOf(root), null, 2)}\n`;
  return format === 'yaml' ? toYaml(dataOf(root)) : treeText(root);
}
