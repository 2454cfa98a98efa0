import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encoded, signatureHeaders } from '@flux-host/host/cloud/aws/sigv4.ts';
import { s3Server } from '../../../scripts/setup/test-servers.ts';
import { type Certificates, createCertificates } from '../git/certificates.ts';
import { temporaryFolder } from '../git/temporary.ts';
import { freePorts } from '../ports.ts';
import { binary } from '../servers/binary.ts';
import { startServer } from '../servers/child.ts';
import { trusting } from './trusting.ts';

export interface S3Options {
  /** Default `us-east-1`. */
  readonly region?: string;
  /** HTTPS with an authority of its own. */
  readonly tls?: boolean;
}

/** A real S3 service that checks signatures. */
export interface S3 {
  /** Host and port, as in `spec.endpoint`. */
  readonly endpoint: string;
  readonly accesskey: string;
  readonly secretkey: string;
  readonly certificates: Certificates | undefined;
  createBucket(name: string): Promise<void>;
  put(bucket: string, key: string, content: string | Uint8Array): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a-secret-of-the-tests' };

export async function startS3({ region = 'us-east-1', tls = false }: S3Options = {}): Promise<S3> {
  const command = await binary(s3Server);
  const [port = 0] = await freePorts(1);
  const dir = temporaryFolder('flux-host-s3-');
  for (const name of ['data', 'metadata']) mkdirSync(join(dir, name));
  const certificates = tls ? await createCertificates() : undefined;
  const file = (name: string, content: string) => {
    writeFileSync(join(dir, name), content, { mode: 0o600 });
    return join(dir, name);
  };
  const secure = certificates
    ? [
        '--cert',
        file('server.crt', certificates.server.cert),
        '--key',
        file('server.key', certificates.server.key),
      ]
    : [];
  const endpoint = `127.0.0.1:${port}`;
  const send = trusting(certificates);
  const request = (method: string, path: string, body?: string | Uint8Array) => {
    const url = new URL(`${tls ? 'https' : 'http'}://${endpoint}${path}`);
    const headers = signatureHeaders(
      { method, url, payloadHash: 'UNSIGNED-PAYLOAD' },
      { region, service: 's3' },
      { credentials, now: Date.now() },
    );
    return send(url, { method, headers, ...(body === undefined ? {} : { body }) });
  };
  const done = async (method: string, path: string, body?: string | Uint8Array) => {
    const { status, text } = await request(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  };
  const path = (bucket: string, key: string) => `/${bucket}/${key.split('/').map(encoded).join('/')}`;
  const server = await startServer({
    command,
    args: [
      ...['--port', endpoint, '--quiet', '--region', region, ...secure],
      ...['posix', '--sidecar', join(dir, 'metadata'), join(dir, 'data')],
    ],
    env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
    ready: async () => (await request('GET', '/')).status === 200,
  });
  return {
    endpoint,
    accesskey: credentials.accessKeyId,
    secretkey: credentials.secretAccessKey,
    certificates,
    createBucket: (name) => done('PUT', `/${name}`),
    put: (bucket, key, content) => done('PUT', path(bucket, key), content),
    remove: (bucket, key) => done('DELETE', path(bucket, key)),
    stop: server.stop,
  };
}
