/** The few API requests that tests of manifests need, without a client library. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { load } from 'js-yaml';
import Type from 'typebox';
import Value from 'typebox/value';

export interface ApiAnswer {
  readonly status: number;
  /** The parsed JSON body: an object, or a Status that tells what was wrong. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What the API server warned about. */
  readonly warnings: readonly string[];
}

export interface Api {
  create(path: string, object: unknown, options?: { readonly dryRun?: boolean }): Promise<ApiAnswer>;
  /** Server-side apply; the path names the object. */
  apply(path: string, object: unknown): Promise<ApiAnswer>;
  get(path: string): Promise<ApiAnswer>;
}

const KubeConfig = Type.Object({
  clusters: Type.Tuple([
    Type.Object({
      cluster: Type.Object({
        server: Type.String(),
        'certificate-authority-data': Type.Optional(Type.String()),
      }),
    }),
  ]),
  users: Type.Tuple([Type.Object({ user: Type.Object({ token: Type.String() }) })]),
});

/** @param kubeconfig path of a kubeconfig with one cluster and a token */
export function connect(kubeconfig: string): Api {
  const config = Value.Parse(KubeConfig, load(readFileSync(kubeconfig, 'utf8')));
  const [{ cluster }] = config.clusters;
  const [{ user }] = config.users;
  const ca = cluster['certificate-authority-data'];

  const send = (method: string, path: string, body?: unknown, contentType = 'application/json') =>
    new Promise<ApiAnswer>((resolve, reject) => {
      const outgoing = request(
        new URL(path, cluster.server),
        {
          method,
          headers: { authorization: `Bearer ${user.token}`, 'content-type': contentType },
          ...(ca ? { ca: Buffer.from(ca, 'base64') } : { rejectUnauthorized: false }),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const warnings = incoming.headersDistinct['warning'] ?? [];
            const text = Buffer.concat(chunks).toString();
            resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text), warnings });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });

  return {
    create: (path, object, { dryRun = false } = {}) =>
      send('POST', `${path}?fieldValidation=Warn${dryRun ? '&dryRun=All' : ''}`, object),
    apply: (path, object) =>
      send(
        'PATCH',
        `${path}?fieldManager=test&force=true&fieldValidation=Strict`,
        object,
        'application/apply-patch+yaml',
      ),
    get: (path) => send('GET', path),
  };
}
