import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitCommit, splitTag } from '@flux-host/host/signature/git/object.ts';
import { signatureType } from '@flux-host/host/signature/git/type.ts';
import { verifySignature } from '@flux-host/host/signature/git/verify.ts';
import type { ConformanceCase, Outcome } from '../../asset.ts';
import { fail } from '../../asset.ts';
import { compare } from '../../diff.ts';
import type { Verifier } from './verifier.ts';

interface Verdict {
  readonly verified: boolean;
  readonly fingerprint?: string;
  readonly error?: string;
}

interface Fixture {
  readonly name: string;
  readonly object: string;
  readonly objectType: 'commit' | 'tag';
  readonly publicKey: string;
  readonly signatureFormat?: string;
  readonly expected: Verdict;
  readonly wrongKey?: { readonly publicKey: string; readonly expected: Verdict };
}

/** Objects as they are in a repository, with a key that signed them and one that did not. */
export function* fixtures(dir: string, verifier: Verifier): Generator<ConformanceCase> {
  if (!existsSync(dir)) return;
  for (const folder of readdirSync(dir).toSorted()) {
    const file = join(dir, folder, 'case.json');
    const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));
    const text = (name: string) => readFileSync(join(dir, folder, name), 'utf8');
    const signed =
      fixture.objectType === 'tag'
        ? splitTag(Buffer.from(text(fixture.object)))
        : splitCommit(Buffer.from(text(fixture.object)));
    const { wrongKey } = fixture;
    yield {
      name: `fixtures: ${fixture.name}`,
      run: () => verdictOn(fixture, { signed, key: text(fixture.publicKey), verifier }, fixture.expected),
    };
    if (wrongKey) {
      yield {
        name: `fixtures: ${fixture.name}, wrong key`,
        run: () => verdictOn(fixture, { signed, key: text(wrongKey.publicKey), verifier }, wrongKey.expected),
      };
    }
  }
}

async function verdictOn(
  { objectType, signatureFormat }: Fixture,
  { signed, key, verifier }: { signed: ReturnType<typeof splitTag>; key: string; verifier: Verifier },
  expected: Verdict,
): Promise<Outcome> {
  const type = signatureType(signed.signature);
  if (expected.verified && signatureFormat && type !== signatureFormat) {
    return fail(`the signature is taken for ${type} instead of ${signatureFormat}`);
  }
  const keys = { keyRings: [key], authorizedKeys: [key] };
  const verdict = await verifySignature(objectType, signed, { keys, check: verifier.check }).then(
    (fingerprint) => ({ verified: true, fingerprint }),
    (error: unknown) => ({ verified: false, error: String(error) }),
  );
  if (!verdict.verified) {
    return compare(expected.verified, false);
  }
  return expected.fingerprint
    ? compare({ verified: expected.verified, fingerprint: expected.fingerprint }, verdict)
    : compare(expected.verified, true);
}
