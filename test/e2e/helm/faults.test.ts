import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tarHeader } from '@flux-host/host/artifacts/tar-header.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ChartRepository,
  type Intercept,
  startChartRepository,
} from '../../helpers/chart-repository.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { contentOf } from './archive.ts';
import { helmChart, helmRepository } from './objects.ts';

let world: World;
let charts: ChartRepository;
let archive: Buffer;
const limits = [
  '--helm-index-max-size=200000',
  '--helm-chart-max-size=250000',
  '--helm-chart-file-max-size=50000',
];

test.before(async () => {
  [world, charts] = await Promise.all([createWorld({ flags: limits }), startChartRepository()]);
  archive = await charts.publish('app', '1.0.0');
});
test.after(async () => {
  await Promise.all([world.close(), charts.close()]);
});

const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}): Intercept =>
  (_request, response) => {
    response.writeHead(status, headers).end('no\n');
    return true;
  };

test('whatever a repository answers in place of its index is said, and the last index stays', async () => {
  const namespace = await world.cluster.namespace('faults');
  const ref = `HelmRepository/${namespace}/charts`;
  await world.apply(helmRepository(namespace, { url: charts.url, timeout: '2s' }));
  const { status } = await world.ready(ref);
  const hang: Intercept = () => true;
  const cut: Intercept = (_request, response) => {
    response.writeHead(200, { 'content-length': '5000' });
    response.write('apiVersion: v1\n');
    setTimeout(() => response.destroy(), 50);
    return true;
  };
  const text =
    (content: string): Intercept =>
    (_request, response) => {
      response.end(content);
      return true;
    };
  const large: Intercept = (_request, response) => {
    // Without a length, so that it is noticed only as it comes.
    response.writeHead(200);
    response.write('x'.repeat(150_000));
    response.end('x'.repeat(150_000));
    return true;
  };
  const cases: [Intercept, string, RegExp][] = [
    [
      answer(401),
      'Failed',
      /failed to fetch Helm repository index: failed to fetch \S+\/index\.yaml : 401 Unauthorized/,
    ],
    [answer(403), 'Failed', /403 Forbidden/],
    [answer(404), 'Failed', /404 Not Found \(hint: .*index\.yaml/],
    [answer(429, { 'retry-after': '1' }), 'Failed', /429 Too Many Requests/],
    [answer(500), 'Failed', /500 Internal Server Error/],
    [hang, 'Failed', /failed to fetch Helm repository index: .*within 2000 ms/],
    [cut, 'Failed', /failed to fetch Helm repository index: /],
    [large, 'Failed', /index exceeds the maximum index file size of 200000 bytes/],
    [
      text('<html>\n<p>Sign in: </p>\n'),
      'IndexationFailed',
      /failed to load Helm repository from index YAML: failed to load index: it is not/,
    ],
    [text('entries: {}\n'), 'IndexationFailed', /no API version specified/],
    [text(''), 'IndexationFailed', /empty index\.yaml file/],
  ];
  for (const [intercept, reason, message] of cases) {
    charts.intercept = intercept;
    await world.request(ref);
    await world.failed(ref, reason, message);
    const failed = await world.get(ref);
    assert.is(condition(failed, 'FetchFailed')?.reason, reason);
    assert.is(condition(failed, 'Stalled'), undefined, 'it is tried again');
    assert.is(failed.status?.artifact?.digest, status?.artifact?.digest);
    assert.is((await fetch(status?.artifact?.url ?? '')).status, 200);
  }
  charts.intercept = undefined;
  await world.request(ref);
  await world.ready(ref);
  await world.eventually({ what: 'the event of the recovery' }, async () =>
    (await world.events(ref)).some(({ message }) => /^stored fetched index of size/.test(String(message))),
  );
});

function tgz(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    const header = tarHeader({ name: Buffer.from(name), mode: 0o644, size: bytes.length, type: 'file' });
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

/** Bytes that do not get smaller. */
const noise = (size: number) => randomBytes(size);

test('whatever comes in place of a chart is said, and the last chart stays', async () => {
  const namespace = await world.cluster.namespace('faults');
  const ref = `HelmChart/${namespace}/app`;
  const repository = `HelmRepository/${namespace}/charts`;
  await world.apply(helmRepository(namespace, { url: charts.url, timeout: '2s' }), helmChart(namespace, {}));
  await world.ready(ref, '1.0.0');
  const chart = 'apiVersion: v2\nname: app\nversion: 1.1.0\n';
  const zeros = Object.fromEntries(
    Array.from({ length: 2200 }, (_, index) => [`app/${index}`, Buffer.alloc(50_000)]),
  );
  const digest = 'a'.repeat(64);
  const at =
    (name: string, intercept: Intercept): Intercept =>
    (request, response) =>
      request.url === `/${name}` && intercept(request, response);
  const wrong: {
    content?: Buffer;
    message: RegExp;
    digest?: string;
    intercept?: Intercept;
    reason?: string;
  }[] = [
    { content: archive, digest, message: /digest sha256:[0-9a-f]{64}, but sha256:a{64} was expected/ },
    { content: tgz({ 'app/values.yaml': 'a: b' }), message: /no 'Chart\.yaml' found/ },
    { content: archive.subarray(0, archive.length - 30), message: /the chart is truncated/ },
    { content: Buffer.from('<html>sign in</html>'), message: /no gzip-compressed archive/ },
    { content: tgz({ 'app/Chart.yaml': chart, 'app/../../x': 'y' }), message: /references parent directory/ },
    {
      content: tgz({ 'app/Chart.yaml': chart, 'app/big': Buffer.alloc(60_000) }),
      message: /maximum file size 50000/,
    },
    { content: tgz({ 'app/Chart.yaml': chart, ...zeros }), message: /decompressed chart is larger than/ },
    {
      content: tgz({
        'app/Chart.yaml': chart,
        ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`app/${name}`, noise(49_000)])),
      }),
      message: /size of chart exceeds '250000' bytes limit/,
    },
    { message: /failed to download chart for remote reference: failed to fetch \S+ : 404 Not Found/ },
    { intercept: answer(503), message: /503 Service Unavailable/ },
    { intercept: () => true, message: /within 2000 ms/ },
    {
      intercept: answer(401),
      reason: 'AuthenticationFailed',
      message: /failed to authenticate with the Helm repository: chart pull error: .*401 Unauthorized/,
    },
  ];
  for (const [number, fault] of wrong.entries()) {
    const name = `bad-${number}.tgz`;
    if (fault.content) charts.put(name, fault.content);
    charts.intercept = fault.intercept && at(name, fault.intercept);
    charts.put('index.yaml', indexOf(name, `2.${number}.0`, fault.digest));
    await world.request(repository);
    await world.failed(ref, fault.reason ?? 'ChartPullError', fault.message);
    const failed = await world.get(ref);
    assert.is(condition(failed, 'Stalled'), undefined, 'it is tried again');
    assert.is(condition(failed, 'FetchFailed')?.status, 'True');
    assert.is(failed.status?.artifact?.revision, '1.0.0');
    assert.equal(await contentOf(failed), archive);
  }
  charts.intercept = undefined;
  charts.put('index.yaml', indexOf('app-1.0.0.tgz', '3.0.0'));
  await world.request(repository);
  await world.ready(ref, '3.0.0');
});

const indexOf = (url: string, version: string, digest = '') =>
  `apiVersion: v1\nentries:\n  app:\n  - name: app\n    version: ${version}\n    urls: [${url}]\n${digest ? `    digest: ${digest}\n` : ''}`;

test.run();
