import { gcsServer } from '../../../scripts/setup/test-servers.ts';
import { freePorts } from '../ports.ts';
import { binary } from '../servers/binary.ts';
import { startServer } from '../servers/child.ts';

/** Google Cloud Storage's API, with buckets in memory. It asks nobody who they are. */
export interface Gcs {
  /** Host and port, as in STORAGE_EMULATOR_HOST. */
  readonly host: string;
  createBucket(name: string): Promise<void>;
  put(bucket: string, key: string, content: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startGcs(): Promise<Gcs> {
  const command = await binary(gcsServer);
  const [port = 0] = await freePorts(1);
  const base = `http://127.0.0.1:${port}`;
  const server = await startServer({
    command,
    args: [
      '-scheme',
      'http',
      '-host',
      '127.0.0.1',
      '-port',
      String(port),
      '-backend',
      'memory',
      '-external-url',
      base,
    ],
    ready: async () => (await fetch(`${base}/storage/v1/b?project=test`)).ok,
  });
  const post = async (path: string, body: string, type: string) => {
    const answer = await fetch(`${base}${path}`, { method: 'POST', body, headers: { 'content-type': type } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    host: `127.0.0.1:${port}`,
    createBucket: (name) => post('/storage/v1/b?project=test', JSON.stringify({ name }), 'application/json'),
    put: (bucket, key, content) =>
      post(
        `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(key)}`,
        content,
        'text/plain',
      ),
    stop: server.stop,
  };
}
