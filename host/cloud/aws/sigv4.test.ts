import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeCommitPassword, codeCommitRegion } from './code-commit.ts';
import { signatureHeaders } from './sigv4.ts';

/** Of the examples in the documentation of S3, "Authenticating Requests: Using the Authorization Header". */
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const scope = { region: 'us-east-1', service: 's3' };
const now = Date.parse('2013-05-24T00:00:00Z');
const signature = (path: string, headers: Record<string, string> = {}) =>
  signatureHeaders(
    { method: 'GET', url: new URL(path, 'https://examplebucket.s3.amazonaws.com'), headers },
    scope,
    { credentials, now },
  )['authorization']?.split('Signature=')[1];

test('a request for an object, for its lifecycle and for a listing are signed as AWS shows it', () => {
  assert.is(
    signature('/test.txt', { range: 'bytes=0-9' }),
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
  assert.is(signature('/?lifecycle'), 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
  assert.is(
    signature('/?max-keys=2&prefix=J'),
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
});

test('a session token is signed along, and the scope names day, region and service', () => {
  const headers = signatureHeaders({ method: 'GET', url: new URL('https://a.example/b') }, scope, {
    credentials: { ...credentials, sessionToken: 'session' },
    now,
  });
  assert.is(headers['x-amz-security-token'], 'session');
  assert.match(
    headers['authorization'] ?? '',
    'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
  );
  assert.match(
    headers['authorization'] ?? '',
    'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
  );
});

test('a repository of CodeCommit has a region and a password that is a signature of its address', () => {
  const url = new URL('https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/app');
  assert.is(codeCommitRegion(url), 'eu-central-1');
  const { username, password } = codeCommitPassword(url, { ...credentials, sessionToken: 'session' }, now);
  assert.is(username, 'AKIAIOSFODNN7EXAMPLE%session');
  assert.match(password, /^20130524T000000Z[0-9a-f]{64}$/);
  assert.throws(
    () => codeCommitRegion(new URL('http://git-codecommit.eu-central-1.amazonaws.com/x')),
    /requires an HTTPS/,
  );
  assert.throws(
    () => codeCommitRegion(new URL('https://git.example.com/x')),
    /invalid AWS CodeCommit Git URL/,
  );
});

test.run();
