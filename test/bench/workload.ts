import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { namespace } from './stage.ts';

/** The application of Flux's own benchmark: four objects, no pods, one variable. */
export const application: Readonly<Record<string, string>> = {
  'app/serviceaccount.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: app-\${INDEX}
`,
  'app/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: app-\${INDEX}
spec:
  selector:
    app: app-\${INDEX}
  ports:
    - name: http
      port: 80
      targetPort: http
`,
  'app/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-\${INDEX}
spec:
  replicas: 0
  selector:
    matchLabels:
      app: app-\${INDEX}
  template:
    metadata:
      labels:
        app: app-\${INDEX}
    spec:
      serviceAccountName: app-\${INDEX}
      containers:
        - name: app
          image: example/app:1.0.0
          ports:
            - name: http
              containerPort: 8080
`,
  'app/ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: app-\${INDEX}
spec:
  rules:
    - host: app-\${INDEX}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: app-\${INDEX}
                port:
                  name: http
`,
};

export function gitRepository(name: string, url: string): GitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace },
    spec: { interval: '60m', url, ref: { branch: 'main' } },
  };
}

export function kustomization(name: string, spec: Partial<Kustomization['spec']>): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: {
      interval: '60m',
      retryInterval: '2m',
      timeout: '5m',
      path: './app',
      prune: true,
      wait: true,
      targetNamespace: namespace,
      sourceRef: { kind: 'GitRepository', name: 'source-0' },
      ...spec,
    },
  };
}
