import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { splitCommit, splitTag } from '@flux-host/host/signature/git/object.ts';
import { signatureType } from '@flux-host/host/signature/git/type.ts';
import { verifyAs } from '@flux-host/host/signature/git/verify.ts';
import type { Outcome } from '../../asset.ts';
import { fail, pass, skip } from '../../asset.ts';
import { compare } from '../../diff.ts';
import type { TableCase } from '../../table.ts';
import type { Verifier } from './verifier.ts';

interface Signed {
  readonly Signature?: string;
}

export interface Input {
  readonly signature?: string;
  readonly commit?: Signed;
  readonly tag?: Signed;
  readonly sig?: string;
  readonly payload?: string;
  readonly keyRings?: readonly string[];
  readonly keyFile?: string;
  readonly sigFile?: string;
  readonly authorizedKeys?: string | readonly string[];
  readonly fixtures?: readonly string[];
}

export interface Expected {
  readonly want?: string | boolean;
  readonly wantErr?: string | boolean;
  readonly result?: boolean;
  readonly wantCount?: number;
  readonly wantFingerprints?: readonly string[];
  readonly [field: string]: unknown;
}

type Case = TableCase<Input, Expected>;

interface Context {
  /** Folder of the asset's files. */
  readonly files: string;
  readonly verifier: Verifier;
}

/** A signature by nobody who is asked about: the refusal lists the keys that were tried. */
const stranger = `-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgrYSEhPKV/65kzG2JLYU+586anT
AORbbZ0UW9qzon28EAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQD72vwusTGiRbH8ZtPm53vl065Ocv6Sp6VbHq4mkONAM0mzDLrD7BmAgWkjtmL2JpK
msqgFJcKs6Z3E1zH86fQ0=
-----END SSH SIGNATURE-----
`;

/** Checks one case of a table by the function that it came from. */
export function checkTable(
  name: string,
  { input, expected }: Case,
  context: Context,
): Outcome | Promise<Outcome> {
  switch (name) {
    case 'TestGetSignatureType':
      return compare(expected.want, signatureType(input.signature ?? ''));
    case 'TestIsPGPSignature':
      return compare(expected.want, signatureType(input.signature ?? '') === 'openpgp');
    case 'TestIsSSHSignature':
      return compare(expected.want, signatureType(input.signature ?? '') === 'ssh');
    case 'TestIsX509Signature':
      return compare(expected.want, signatureType(input.signature ?? '') === 'x509');
    case 'TestIsSignedTag':
      return compare(expected.result, splitTag(Buffer.from(input.tag?.Signature ?? '')).signature !== '');
    case 'TestIsSigned':
      return compare(expected, {
        wantPGPCommit: signatureType(input.commit?.Signature ?? '') === 'openpgp',
        wantPGPTag: signatureType(input.tag?.Signature ?? '') === 'openpgp',
        wantSSHCommit: signatureType(input.commit?.Signature ?? '') === 'ssh',
        wantSSHTag: signatureType(input.tag?.Signature ?? '') === 'ssh',
      });
    case 'TestSignatureType':
      return compare(
        [expected.want, expected.want],
        [signatureType(input.commit?.Signature ?? ''), signatureType(input.tag?.Signature ?? '')],
      );
    case 'TestVerifyPGPSignature':
      return keyOf(expected, () => check(context, 'openpgp', input, input.keyRings ?? []));
    case 'TestSSHSignatureValidationCases':
      return keyOf(expected, () => check(context, 'ssh', input, listOf(input.authorizedKeys)));
    case 'TestParseAuthorizedKeysAndPublicFingerprint':
      return parsed(context, listOf(input.authorizedKeys), expected);
    case 'TestParseAuthorizedKeysCombinations':
      return parsed(
        context,
        [(input.fixtures ?? []).map(reader(context, 'ssh_signatures')).join('\n')],
        expected,
      );
    case 'TestCommit_VerifyPGP':
    case 'TestTag_VerifyPGP':
      return objectIn(name, { input, expected, folder: 'gpg_signatures', context });
    case 'TestCommit_VerifySSH':
    case 'TestTag_VerifySSH':
      return objectIn(name, { input, expected, folder: 'ssh_signatures', context });
    default:
      return skip(`no function of ours corresponds to ${name}`);
  }
}

/** One signature, by the plugin alone. */
async function check(
  { verifier }: Context,
  type: 'openpgp' | 'ssh',
  { sig = '', payload = '' }: Input,
  keys: readonly string[],
): Promise<string> {
  const found = signatureType(sig.trim());
  // What Flux's function says of a signature that it is not for, our host says before the plugin is asked.
  if (found !== type && sig !== '' && payload !== '') throw new Error(`detected signature format: ${found}`);
  const request = { type, signature: sig, payload: Buffer.from(payload).toString('base64'), keys: [...keys] };
  return (await verifier.check(request)).key;
}

async function objectIn(
  name: string,
  {
    input,
    expected,
    folder,
    context,
  }: { input: Input; expected: Expected; folder: string; context: Context },
): Promise<Outcome> {
  const read = reader(context, folder);
  const raw = Buffer.from(read(input.sigFile ?? ''));
  const kind = name.startsWith('TestTag') ? 'tag' : 'commit';
  const signed = kind === 'tag' ? splitTag(raw) : splitCommit(raw);
  const key = input.keyFile || (typeof input.authorizedKeys === 'string' ? input.authorizedKeys : '');
  const texts = key ? [read(key)] : [];
  const type = name.endsWith('SSH') ? 'ssh' : 'openpgp';
  return keyOf(expected.wantErr ? { wantErr: expected.wantErr } : {}, () =>
    verifyAs(type, { kind, ...signed }, { keys: texts, check: context.verifier.check }),
  );
}

/** Compares the key that signed, or looks for the wanted words in the error. */
async function keyOf({ want, wantErr }: Expected, verify: () => Promise<string>): Promise<Outcome> {
  try {
    const key = await verify();
    if (wantErr) return fail(`verified with ${key} instead of failing with ${JSON.stringify(wantErr)}`);
    return want ? compare(want, key) : pass;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (!wantErr) return fail(`failed: ${text}`);
    return text.includes(String(wantErr))
      ? pass
      : fail(`${JSON.stringify(text)} lacks ${JSON.stringify(wantErr)}`);
  }
}

async function parsed(
  context: Context,
  files: readonly string[],
  { wantCount, wantErr, wantFingerprints }: Expected,
): Promise<Outcome> {
  const error: unknown = await check(context, 'ssh', { sig: stranger, payload: 'x' }, files).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof FluxError)) return fail(`verified with ${error}`);
  if (wantErr) return error.message.includes('unable to parse authorized key') ? pass : fail(error.message);
  const [, tried = ''] = error.hint?.split('trusted are: ') ?? [];
  const fingerprints = tried.split(', ').filter((text) => text.startsWith('SHA256:'));
  return compare(
    { wantCount, ...(wantFingerprints ? { wantFingerprints } : {}) },
    { wantCount: fingerprints.length, ...(wantFingerprints ? { wantFingerprints: fingerprints } : {}) },
  );
}

function reader({ files }: Context, folder: string) {
  return (name: string) => readFileSync(join(files, folder, name), 'utf8');
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === '') return [];
  return typeof value === 'string' ? [value] : value;
}
