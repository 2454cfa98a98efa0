import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { startIssuer } from '../testing/issuer.ts';
import { Issuers } from './issuers.ts';

const egress = createEgress();
const server = await startIssuer();
test.after(async () => {
  await Promise.all([server.close(), egress.close()]);
});

const asked = () => server.requests.splice(0).filter((path) => path === '/keys').length;

test('new keys of an issuer are found, but it is not asked for them all the time', async () => {
  let now = 0;
  const issuers = new Issuers(egress, () => now);
  const first = await issuers.get(server.url);
  await server.rotate();
  now += 9_000;
  assert.is(await issuers.newer(server.url, first), undefined, 'it was asked a moment ago');
  now += 2_000;
  const found = await Promise.all([issuers.newer(server.url, first), issuers.newer(server.url, first)]);
  assert.ok(found[0] && found[0] === found[1], 'both wait for the same answer');
  assert.is(await issuers.newer(server.url, first), found[0], 'who comes later gets it as well');
  assert.is(asked(), 2);
});

test('keys are trusted for ten minutes, then the issuer has to confirm them', async () => {
  let now = 0;
  const issuers = new Issuers(egress, () => now);
  const first = await issuers.get(server.url);
  now += 9 * 60_000;
  assert.is(await issuers.get(server.url), first);
  now += 2 * 60_000;
  assert.is.not(await issuers.get(server.url), first);
  assert.is(asked(), 2);
});

test.run();
