import { application } from './workload.ts';

const configMap = (number: number) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: app-\${INDEX}-${number}
data:
  colour: green
  number: "${number}"
`;

/** The application with six ConfigMaps: ten objects. */
export const tenObjects: Readonly<Record<string, string>> = {
  ...application,
  ...Object.fromEntries(
    Array.from({ length: 6 }, (_, number) => [`app/configmap-${number}.yaml`, configMap(number)]),
  ),
};

/** Plural names of the kinds of {@link tenObjects}, as the API server's metrics have them. */
export const tenObjectsResources: ReadonlySet<string> = new Set([
  'serviceaccounts',
  'services',
  'deployments',
  'ingresses',
  'configmaps',
]);
