import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type OpenPlugin, openPlugin, type RecordedAnswer } from '@flux-host/sdk/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const address = 'https://s3.example.com/apps/';
let plugin: OpenPlugin;
test.before(async () => {
  plugin = await openPlugin(fileURLToPath(new URL('plugin.ts', import.meta.url)));
});
test.after(() => plugin.close());

interface Stored {
  readonly etag: string;
  readonly content?: string;
}

/** An S3 service with these objects; `odd` answers before it does. */
function service(
  objects: Readonly<Record<string, Stored>>,
  odd: (url: URL) => RecordedAnswer | undefined = () => undefined,
) {
  return ({ url: text }: { url: string }): RecordedAnswer => {
    const url = new URL(text);
    const answer = odd(url);
    if (answer) return answer;
    if (url.searchParams.has('list-type')) return { body: listing(objects) };
    const found = objects[decodeURIComponent(url.pathname.slice('/apps/'.length))];
    if (!found) return { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
    return { headers: { etag: `"${found.etag}"` }, body: found.content ?? '' };
  };
}

function listing(objects: Readonly<Record<string, Stored>>): string {
  const contents = Object.entries(objects).map(
    ([key, { etag }]) =>
      `<Contents><ETag>&#34;${etag}&#34;</ETag><Key>${encodeURIComponent(key).replaceAll('%20', '+')}</Key></Contents>`,
  );
  return `<ListBucketResult><EncodingType>url</EncodingType>${contents.join('')}<IsTruncated>false</IsTruncated></ListBucketResult>`;
}

const run = (operation: 'resolve' | 'fetch', respond: ReturnType<typeof service>, spec: object = {}) =>
  plugin.run({
    kind: 'source',
    operation,
    request: { spec: { bucketName: 'apps', provider: 'generic', ...spec }, address },
    address,
    respond,
  });

const revisionOf = (lines: readonly string[]) =>
  `sha256:${createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex')}`;

test('the revision is made of keys and ETags in the order of their bytes, whatever the keys are made of', async () => {
  // U+FFFD comes before U+1F600 in UTF-8, and after it in UTF-16.
  const objects = {
    '\u{1f600}.yaml': { etag: '2' },
    '\ufffd.yaml': { etag: '1' },
    'a b&c+d.yaml': { etag: '3' },
  };
  const { output, failure } = await run('resolve', service(objects));
  assert.is(failure, undefined);
  assert.equal(output, { revision: revisionOf(['a b&c+d.yaml 3', '\ufffd.yaml 1', '\u{1f600}.yaml 2']) });
});

test('an object that changed since it was listed has its new ETag, one that is gone is left out', async () => {
  const listed = {
    'a.yaml': { etag: 'old' },
    'b.yaml': { etag: 'b' },
    'c.yaml': { etag: 'c', content: 'c' },
  };
  const now = service({ 'a.yaml': { etag: 'new', content: 'changed' }, 'c.yaml': listed['c.yaml'] }, (url) =>
    url.searchParams.has('list-type') ? { body: listing(listed) } : undefined,
  );
  const { output, files, log } = await run('fetch', now);
  assert.equal(output, { revision: revisionOf(['a.yaml new', 'c.yaml c']), message: '2' });
  assert.equal(files, { 'a.yaml': 'changed', 'c.yaml': 'c' });
  assert.equal(log, ["info: indexed object 'b.yaml' disappeared from 'apps' bucket"]);
});

test('keys with steps upwards are named, and left out by spec.ignore', async () => {
  const objects = { 'ok.yaml': { etag: '1', content: 'x' }, '../../etc/passwd': { etag: '2', content: 'x' } };
  const { failure, files } = await run('fetch', service(objects));
  assert.match(
    failure?.message ?? '',
    /fetch from bucket 'apps' failed: .*'\.\.\/\.\.\/etc\/passwd' object: its key has \. or \.\./,
  );
  assert.not.ok(Object.keys(files).some((path) => path.includes('etc')));
  const left = await run('fetch', service(objects), { ignore: 'etc/\n' });
  assert.is(left.failure, undefined);
  assert.equal(left.files, { 'ok.yaml': 'x' });
});

test('a key that is an object and the folder of another is named', async () => {
  const objects = { a: { etag: '1', content: 'x' }, 'a/b': { etag: '2', content: 'y' } };
  const { failure } = await run('fetch', service(objects));
  assert.match(failure?.message ?? '', /failed to get 'a\/b' object: .*a file is in the place of a folder/);
  assert.match(failure?.hint ?? '', /leave it out by spec\.ignore/);
});

test('an overloaded service is asked again', async () => {
  let asked = 0;
  const busy = service({ 'a.yaml': { etag: '1' } }, (url) => {
    if (!url.searchParams.has('list-type')) return undefined;
    asked += 1;
    return asked < 3 ? { status: 503, body: '<Error><Code>SlowDown</Code></Error>' } : undefined;
  });
  assert.equal((await run('resolve', busy)).output, { revision: revisionOf(['a.yaml 1']) });
  assert.is(asked, 3);
});

test('a service that wants to be left alone for long is, and the host gets to know for how long', async () => {
  let asked = 0;
  const { failure } = await run(
    'resolve',
    service({}, () => {
      asked += 1;
      const body = '<Error><Code>SlowDown</Code></Error>';
      return { status: 429, headers: { 'retry-after': '120' }, body };
    }),
  );
  assert.is(asked, 1);
  assert.is(failure?.retryAfterMs, 120_000);
  assert.match(failure?.hint ?? '', /the service is overloaded/);
});

const refusals: [number, string, RegExp, RegExp | undefined][] = [
  [404, 'NoSuchBucket', /^bucket 'apps' not found$/, /spec\.bucketName/],
  [403, 'SignatureDoesNotMatch', /^failed to confirm existence of 'apps' bucket: /, /secret key is not that/],
  [403, 'RequestTimeTooSkewed', /RequestTimeTooSkewed/, /clocks .* synchronise/],
  [403, 'AccessDenied', /AccessDenied/, /allow the identity to list the bucket/],
  [400, 'AuthorizationHeaderMalformed', /AuthorizationHeaderMalformed/, /set spec\.region/],
  [200, '', /the answer is no listing of a bucket/, /spec\.endpoint/],
];
for (const [status, code, message, hint] of refusals) {
  test(`${code || 'a page that is no listing'} is explained`, async () => {
    const body = `<Error><Code>${code}</Code></Error>`;
    const { failure } = await run(
      'resolve',
      service({}, () => ({ status, body })),
    );
    assert.match(failure?.message ?? '', message);
    if (hint) assert.match(failure?.hint ?? '', hint);
    assert.is(failure?.reason, 'BucketOperationFailed');
    assert.not.match(
      failure?.message ?? '',
      /\.ts:\d|(AccessDenied).*\1/,
      'once, and without places in code',
    );
  });
}

test('a listing that does not end is given up', async () => {
  const { failure } = await run(
    'resolve',
    service({}, () => ({ body: '<x>'.repeat(12_000_000) })),
  );
  assert.match(
    failure?.message ?? '',
    /the answer is no listing of a bucket: it has more than 33554432 bytes/,
  );
});

test.run();
