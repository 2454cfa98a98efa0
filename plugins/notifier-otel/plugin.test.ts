import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Delivery, type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('otel');
let otel: OpenNotifier;

test.before(async () => {
  otel = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => otel.close());

const address = 'https://collector.example.com:4318';

/** What OpenTelemetry's exporter for Go sends for such an event, as recorded; ids and the end are those of that moment. */
const recorded =
  '0abd020a550a1c0a13736572766963652e696e7374616e63652e696412050a037569640a1a0a0c736572766963652e6e616d65120a0a086e732f616c6572740a19' +
  '0a11736572766963652e6e616d65737061636512040a026e7312ba010a1e0a1c666c75783a6e6f74696669636174696f6e2d636f6e74726f6c6c657212970' +
  '10a10303132333435363738396162636465661208953e362d5a7f21d12a164b7573746f6d697a6174696f6e3a206e732f6e616d6530013900b69e85018b99184' +
  '18b893789ab0cea184a110a0a6f626a6563742e75696412030a01754a1e0a0b6f626a6563742e6b696e64120f0a0d4b7573746f6d697a6174696f6e4a0b0a0565' +
  '6d70747912020a007a0712036d736718028501010300001a2768747470733a2f2f6f70656e74656c656d657472792e696f2f736368656d61732f312e33342e30';

/** Fields of a message by number: the bytes of submessages and texts, numbers as they are. */
function fieldsOf(bytes: Buffer): Map<number, (Buffer | bigint)[]> {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const type = key & 7;
    const value =
      type === 0
        ? varint()
        : type === 1
          ? take(8).readBigUInt64LE()
          : type === 5
            ? BigInt(take(4).readUInt32LE())
            : take(Number(varint()));
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

function at(bytes: Buffer, ...path: readonly number[]): Buffer | bigint | undefined {
  return path.reduce<Buffer | bigint | undefined>(
    (found, field) => (Buffer.isBuffer(found) ? fieldsOf(found).get(field)?.[0] : undefined),
    bytes,
  );
}

const spanPath = [1, 2, 2] as const;
const spanOf = (bytes: Buffer) => {
  const span = at(bytes, ...spanPath);
  if (!Buffer.isBuffer(span)) throw new Error('there is no span');
  return fieldsOf(span);
};

async function sent(delivery: Delivery): Promise<Buffer> {
  const { requests } = await otel.notify({ provider: { address }, ...delivery });
  const [request] = requests;
  assert.is(request?.headers['content-type'], 'application/x-protobuf');
  assert.is(request?.url, `${address}/v1/traces`);
  return Buffer.from(request?.bytes ?? []);
}

test("a trace has the fields of OpenTelemetry's own exporter", async () => {
  const ours = await sent({
    alert: { namespace: 'ns', name: 'alert', uid: 'uid' },
    event: {
      involvedObject: { kind: 'Kustomization', namespace: 'ns', name: 'name', uid: 'u' },
      severity: 'error',
      message: 'msg',
      metadata: {},
    },
  });
  const theirs = Buffer.from(recorded, 'hex');
  const [a, b] = [spanOf(ours), spanOf(theirs)];
  assert.equal([...a.keys()], [...b.keys()]);
  for (const field of [5, 6, 7, 15, 16]) assert.equal(a.get(field), b.get(field), `field ${field}`);
  assert.equal(a.get(9)?.slice(0, 2), b.get(9)?.slice(0, 2), 'attributes');
  const outside = [
    [1, 1],
    [1, 2, 1],
    [1, 3],
  ];
  for (const path of outside) assert.equal(at(ours, ...path), at(theirs, ...path));
});

test('events about one revision are one trace, and their spans differ', async () => {
  const make = async (revision: string) => spanOf(await sent({ event: { metadata: { revision } } }));
  const [one, two, three] = [await make('a'), await make('a'), await make('b')];
  assert.equal(one.get(1), two.get(1));
  assert.equal(one.get(1)?.[0], createHash('sha256').update('alert-uid:a').digest().subarray(0, 16));
  assert.not.equal(one.get(2), two.get(2));
  assert.not.equal(one.get(1), three.get(1));
});

test('an artifact is known by its version and digest, as others name it in their revisions', async () => {
  const metadata = { 'oci-digest': 'sha256:1', 'app-version': '6.5.0', revision: 'x' };
  const span = spanOf(await sent({ event: { metadata } }));
  const hash = createHash('sha256').update('alert-uid:6.5.0@sha256:1').digest();
  assert.equal(span.get(1)?.[0], hash.subarray(0, 16));
});

test('a path of the address is left as it is', async () => {
  for (const [given, sent] of [
    [`${address}/`, '/'],
    [`${address}/custom/traces`, '/custom/traces'],
  ] as const) {
    const { requests } = await otel.notify({ provider: { address: given } });
    assert.is(new URL(requests[0]?.url ?? '').pathname, sent);
  }
});

test('headers outweigh user name and token, and these a token alone', async () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const [secret, expected] of [
    [{ token: 't' }, 'Bearer t'],
    [{ password: 'p' }, 'Bearer p'],
    [{ username: 'u', token: 't', password: 'p' }, basic('u:t')],
    [{ username: 'u', password: 'p' }, basic('u:p')],
    [{ token: 't', headers: 'authorization: Api-Key k' }, 'Api-Key k'],
  ] as const) {
    const { requests } = await otel.notify({ provider: { address }, secret: { ...secret } });
    assert.is(requests[0]?.headers['authorization'], expected);
  }
});

test('a HelmRepository begins no trace', async () => {
  const { requests } = await otel.notify({
    provider: { address },
    event: { involvedObject: { kind: 'HelmRepository', name: 'charts', namespace: 'apps' } },
  });
  assert.equal(requests, []);
});

test.run();
