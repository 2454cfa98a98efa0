/** A Kustomization of a folder of the repository `app`, as a file in it; what it makes goes into `targetNamespace`. */
export function nested(name: string, targetNamespace: string, spec: object = {}): string {
  return `${JSON.stringify({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name },
    spec: {
      interval: '1h',
      path: `./${name}`,
      prune: true,
      targetNamespace,
      sourceRef: { kind: 'GitRepository', name: 'app' },
      ...spec,
    },
  })}\n`;
}
