const kinds: readonly ((name: string) => string)[] = [
  (name) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
  settings.ini: |
    colour = green
    name = ${name}
`,
  (name) => `apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${name}
`,
  (name) => `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
stringData:
  password: nobody-knows-${name}
`,
  (name) => `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${name}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
  - kind: ServiceAccount
    name: ${name}
`,
];

/** Files with so many objects, one each, of kinds that nothing in the cluster works on. Each Kustomization has its own by a variable. */
export function manyObjects(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const make = kinds[index % kinds.length];
      const name = `app-\${INDEX}-${Math.floor(index / kinds.length)}`;
      return [`app/object-${index}.yaml`, make ? make(name) : ''];
    }),
  );
}
