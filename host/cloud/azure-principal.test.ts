import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../errors/testing.ts';
import { createEgress } from '../sandbox/egress/egress.ts';
import { azurePrincipalToken } from './azure-principal.ts';

const egress = createEgress();
const dir = mkdtempSync(join(tmpdir(), 'azure-'));
const scope = 'https://storage.azure.com/.default';
let server: Server;
let authorityHost: string;
let asked: URLSearchParams[] = [];

test.before(async () => {
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    asked.push(new URLSearchParams(Buffer.concat(pieces).toString()));
    response.end(JSON.stringify({ access_token: 'given', expires_in: 60 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  authorityHost = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
test.before.each(() => {
  asked = [];
});
test.after(async () => {
  server.close();
  await egress.close();
  rmSync(dir, { recursive: true });
});

/** Certificate and private key in one text. */
function certificate(kind: readonly string[]): string {
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const args = [
    'req',
    '-x509',
    ...kind,
    '-nodes',
    '-subj',
    '/CN=app',
    '-days',
    '1',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return readFileSync(cert, 'utf8') + readFileSync(key, 'utf8');
}

const whose = () => ({ tenantId: 'tenant', clientId: 'client', authorityHost });

test('a secret is sent as it is', async () => {
  const token = await azurePrincipalToken(egress, { scope }, { ...whose(), clientSecret: 's3cret\n' });
  assert.is(token.value, 'given');
  assert.equal(
    ['client_id', 'client_secret', 'scope', 'grant_type'].map((name) => asked[0]?.get(name)),
    ['client', 's3cret', scope, 'client_credentials'],
  );
});

test('a certificate signs an assertion that names it', async () => {
  const pem = certificate(['-newkey', 'rsa:2048']);
  await azurePrincipalToken(egress, { scope }, { ...whose(), certificate: { pem, sendChain: true } });
  const [head = '', claims = '', signature = ''] = (asked[0]?.get('client_assertion') ?? '').split('.');
  const { raw } = new X509Certificate(pem);
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  assert.is(header.x5t, createHash('sha1').update(raw).digest('base64url'));
  assert.equal(header.x5c, [raw.toString('base64')]);
  const { iss, sub, aud } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.equal([iss, sub, aud], ['client', 'client', `${authorityHost}/tenant/oauth2/v2.0/token`]);
  const key = createPublicKey(pem.slice(0, pem.indexOf('-----END CERTIFICATE-----') + 25));
  assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')));
});

test('what cannot be used is said without showing it', async () => {
  const elliptic = certificate(['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
  const failure = async (pem: string) =>
    (
      await rejectionOf(
        azurePrincipalToken(egress, { scope }, { ...whose(), certificate: { pem, sendChain: false } }),
      )
    ).message;
  assert.match(await failure(elliptic), /private key \(RSA\).* cannot be read/);
  assert.match(await failure('MIIbinary'), /has no certificate in PEM; turn PKCS#12 into PEM/);
  assert.equal(asked, []);
});

test.run();
