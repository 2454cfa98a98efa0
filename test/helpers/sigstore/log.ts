import { createHash } from 'node:crypto';
import type { ServiceKey } from './key.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** JSON with sorted keys and no spaces: what logs sign. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

/** An entry of a transparency log like Rekor, the only one in it. */
export interface LogEntry {
  readonly body: Buffer;
  /** Seconds since 1970. */
  readonly time: number;
  /** The log's signature over the entry with its time. */
  readonly promise: Buffer;
  /** The entry as bundles have it. */
  readonly proto: object;
}

const name = 'log.test';

/** Puts an entry into a log. */
export function logEntry(
  log: ServiceKey,
  { kind, spec, time }: { kind: 'dsse' | 'hashedrekord'; spec: object; time: Date },
): LogEntry {
  const body = Buffer.from(canonical({ apiVersion: '0.0.1', kind, spec }));
  const integratedTime = Math.floor(time.getTime() / 1000);
  const promise = log.sign(
    Buffer.from(
      canonical({
        body: body.toString('base64'),
        integratedTime,
        logID: log.id.toString('hex'),
        logIndex: 0,
      }),
    ),
  );
  // The number of the tree behind the name is how versions 1 of Rekor are told.
  const root = sha256(Buffer.concat([Buffer.from([0]), body]));
  const head = `${name} - 1\n1\n${root.toString('base64')}\n`;
  const signature = Buffer.concat([log.id.subarray(0, 4), log.sign(Buffer.from(head))]).toString('base64');
  return {
    body,
    time: integratedTime,
    promise,
    proto: {
      logIndex: '0',
      logId: { keyId: log.id.toString('base64') },
      kindVersion: { kind, version: '0.0.1' },
      integratedTime: String(integratedTime),
      inclusionPromise: { signedEntryTimestamp: promise.toString('base64') },
      inclusionProof: {
        logIndex: '0',
        rootHash: root.toString('base64'),
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: `${head}\n— ${name} ${signature}\n` },
      },
      canonicalizedBody: body.toString('base64'),
    },
  };
}
