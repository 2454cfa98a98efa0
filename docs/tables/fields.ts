import {
  GitRepository,
  HelmChart,
  HelmRepository,
  Kustomization,
  OCIRepository,
} from '@flux-host/crds/index.ts';
import type { Kind } from '@flux-host/crds/kind.ts';
import { code, table } from './markdown.ts';

/** What a reader should know about a field. */
const remarks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GitRepository: {
    '.verify': 'OpenPGP and SSH; looked into again whenever the spec changes',
    '.provider': `${code('aws')} is CodeCommit over HTTPS, ${code('azure')} Azure DevOps; both use workload identity`,
  },
  HelmRepository: {
    '.accessFrom': 'without effect, as in Flux',
    '.interval': 'a server that can tell whether the index changed does not send it again',
    '.provider': `of type ${code('oci')}: logs in by workload identity where no Secret is named`,
    '.secretRef': `user name and password, or for type ${code('oci')} a pull secret, too`,
    '.type': `of type ${code('oci')} the object is an address only: no status, no finalizer`,
  },
  HelmChart: {
    '.sourceRef.apiVersion': 'not looked at: kind and name decide',
    '.verify': `for charts of repositories of type ${code('oci')}`,
    '.verify.provider': `for ${code('notation')} as in OCIRepositories`,
  },
  OCIRepository: {
    '.ref.semverFilter': 'RE2, as in Go',
    '.insecure': `as in Flux: plain HTTP, and without ${code('certSecretRef')} any certificate of the server`,
    '.provider': 'logs in by workload identity where no Secret is named',
    '.serviceAccountName': `its pull secrets; with another provider than ${code('generic')} the cloud identity that it stands for`,
    '.verify.provider': `for ${code('notation')} revocation lists are looked into; OCSP and timestamps of authorities are not`,
    '.verify.trustedRootSecretRef': `without it the file of ${code('--sigstore-trusted-root')}, else the root of Sigstore's public instance`,
  },
  Kustomization: {
    '.builder': 'addition to Flux',
    '.builder.plugin': 'addition to Flux',
    '.builder.config': 'addition to Flux',
    '.sourceRef.apiVersion': 'not looked at: kind, namespace and name decide',
    '.decryption': 'see [decryption.md](decryption.md); MACs are checked',
    '.kubeConfig': 'see [operations.md](operations.md#remote-clusters)',
    '.kubeConfig.configMapRef': `providers ${code('generic')}, ${code('azure')} and ${code('gcp')}; ${code('aws')} is refused`,
    '.timeout': 'at least 30s, as in Flux',
    '.interval': 'an interval at which nothing is found to do writes nothing and sends no event',
    '.wait': 'health is watched, not polled',
    '.dependsOn[].readyExpr': `looked at again whenever the dependency changes; ${code('AdditiveCELDependencyCheck')} as in Flux`,
    '.healthCheckExprs': 'evaluated whenever the object changes',
  },
};

interface Field {
  readonly path: string;
  readonly required: boolean;
}

/** Paths below `spec` in the order of the schema, `[]` for the items of lists. */
export function fieldsOf(kind: Kind): Field[] {
  const fields: Field[] = [];
  const walk = (schema: unknown, path: string): void => {
    if (!isRecord(schema)) return;
    if (isRecord(schema['items'])) walk(schema['items'], `${path}[]`);
    const { properties, required } = schema;
    if (!isRecord(properties)) return;
    for (const [name, below] of Object.entries(properties)) {
      const field = `${path}.${name}`;
      fields.push({ path: field, required: Array.isArray(required) && required.includes(name) });
      walk(below, field);
    }
  };
  walk(kind.spec, '');
  return fields;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldTable(kind: Kind): string {
  const notes = remarks[kind.kind] ?? {};
  return table(
    ['Field', 'Note'],
    fieldsOf(kind).map(({ path, required }) => [
      `${code(`spec${path}`)}${required ? ' (required)' : ''}`,
      notes[path] ?? '',
    ]),
  );
}

export const gitRepositoryFields = (): string => fieldTable(GitRepository);
export const kustomizationFields = (): string => fieldTable(Kustomization);
export const ociRepositoryFields = (): string => fieldTable(OCIRepository);
export const helmRepositoryFields = (): string => fieldTable(HelmRepository);
export const helmChartFields = (): string => fieldTable(HelmChart);
