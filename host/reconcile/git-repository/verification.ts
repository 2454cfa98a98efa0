import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { VerifyResponse } from '@flux-host/sdk/contract/verification.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { Plugins } from '../../plugins/types.ts';
import { objectName, splitCommit, splitTag } from '../../signature/git/object.ts';
import { type CheckSignature, trustedKeys, verifySignature } from '../../signature/git/verify.ts';
import { deleteCondition, getCondition, setCondition } from '../conditions.ts';
import { readSecret, type SecretAccess } from '../secrets.ts';
import type { Context } from '../types.ts';
import { type GitState, gitStateOf } from './state.ts';
import {
  invalidGitObject,
  invalidMode,
  invalidSignature,
  notTheRevision,
  publicKeysMissing,
} from './verification-errors.ts';

type Mode = 'HEAD' | 'Tag' | 'TagAndHEAD';

const type = 'SourceVerified';

/** What is to be verified, Flux's old spelling included; undefined: nothing. */
export function verificationMode({ spec: { verify } }: GitRepository): Mode | undefined {
  if (!verify) return undefined;
  const { mode = 'HEAD' } = verify;
  return mode === 'head' ? 'HEAD' : mode;
}

/** Forgets a verdict that does not hold any more: one of before `spec.verify` was removed, and a bad one, which is looked into again. */
export function resetVerification(object: GitRepository): void {
  const mode = verificationMode(object);
  if (!mode || getCondition(object, type)?.status === 'False') deleteCondition(object, type);
  if (mode) return;
  const { sourceVerificationMode: _none, ...rest } = object.status ?? {};
  object.status = rest;
}

/** The stored artifact was not verified the way that the spec wants now. */
export function needsVerification(object: GitRepository): boolean {
  const mode = verificationMode(object);
  if (!mode) return false;
  const verdict = getCondition(object, type);
  return !(
    verdict?.status === 'True' &&
    verdict.observedGeneration === object.metadata.generation &&
    object.status?.sourceVerificationMode === mode
  );
}

/**
 * Verifies the signatures of what was fetched, if the spec asks for it, and records the verdict.
 * @throws FluxError in Flux's words; the condition SourceVerified is False then
 */
export async function verify(
  options: SecretAccess & { readonly plugins: Pick<Plugins, 'call'> },
  context: Context<GitRepository>,
  fetched: { readonly revision: string; readonly state?: unknown },
): Promise<void> {
  const { object, signal } = context;
  const mode = verificationMode(object);
  if (!mode) return;
  try {
    const message = await verdict(options, context, { mode, ...fetched });
    object.status = { ...object.status, sourceVerificationMode: mode };
    setCondition(object, { type, status: 'True', reason: 'Succeeded', message });
  } catch (error) {
    if (!signal.aborted && error instanceof FluxError) {
      const reason = error.reason ?? 'VerificationError';
      setCondition(object, { type, status: 'False', reason, message: error.text });
    }
    throw error;
  }
}

async function verdict(
  options: SecretAccess & { readonly plugins: Pick<Plugins, 'call'> },
  context: Context<GitRepository>,
  run: { mode: Mode; revision: string; state?: unknown },
): Promise<string> {
  const { mode, revision } = run;
  const state = gitStateOf(run.state);
  const commit = revision.slice(revision.lastIndexOf(':') + 1);
  if (objectName('commit', state.commit, commit.length) !== commit) throw notTheRevision(revision);
  const { keys, check } = await trust(options, context);
  const lines: string[] = [];
  if (mode !== 'HEAD') {
    const { name, raw } = tagOf(state, commit.length);
    const tag = splitTag(raw);
    if (tag.signature === '') throw invalidGitObject(name);
    const key = await verifySignature('tag', tag, { keys, check }).catch((error: unknown) => {
      throw invalidSignature('tag', name, error);
    });
    lines.push(`tag '${name}' with key '${key}'`);
  }
  if (mode !== 'Tag') {
    const split = splitCommit(state.commit);
    const key = await verifySignature('commit', split, { keys, check }).catch((error: unknown) => {
      throw invalidSignature('commit', commit, error);
    });
    lines.push(`commit '${commit}' with key '${key}'`);
  }
  return `verified signature of${lines.map((line) => `\n\t- ${line}`).join('')}`;
}

/** The tag and its name as Flux writes it, with the object's own name behind it. */
function tagOf({ tag, tagName }: GitState, digits: number): { name: string; raw: Uint8Array } {
  if (tagName === undefined) throw invalidMode();
  if (!tag) throw invalidGitObject(tagName);
  return { name: `${tagName}@${objectName('tag', tag, digits)}`, raw: tag };
}

async function trust(
  options: SecretAccess & { readonly plugins: Pick<Plugins, 'call'> },
  context: Context<GitRepository>,
) {
  const { object, key, signal } = context;
  const { namespace } = key;
  const name = object.spec.verify?.secretRef.name ?? '';
  const reason = 'VerificationError';
  const data = await readSecret(options, { namespace, name }, reason, signal).catch((error: unknown) => {
    throw publicKeysMissing(error);
  });
  const check: CheckSignature = async (request) => {
    const { output } = await context.calling(() =>
      options.plugins.call<VerifyResponse>({
        kind: 'source',
        type: 'GitRepository',
        operation: 'verify',
        namespace,
        input: request,
        signal,
      }),
    );
    return output;
  };
  return { keys: trustedKeys(data), check };
}
