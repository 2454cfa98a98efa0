import { mkdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseYaml } from '@flux-host/host/build/yaml/parse.ts';
import { checkDecrypted } from '@flux-host/host/reconcile/kustomization/decryption.ts';
import { decryptValue } from '@flux-host/host/sops/document/cipher.ts';
import { formatOfContent, formatOfName } from '@flux-host/host/sops/formats/names.ts';
import { materialOf } from '@flux-host/host/sops/keys/material.ts';
import { readKustomizationFile } from '@flux-host/host/sops/sources/kustomization-file.ts';
import { kustomizationsBelow } from '@flux-host/host/sops/sources/recurse.ts';
import { securePath } from '@flux-host/host/sops/sources/secure-path.ts';
import { type ConformanceCase, fail, type Outcome, pass, skip } from '../../asset.ts';
import { compare } from '../../diff.ts';
import { type TableCase, tables } from '../../table.ts';
import { numberOf, type VectorFile, writeLink, writeText } from './files.ts';
import type { Workbench } from './workbench.ts';

interface RecurseNode {
  readonly path: string;
  readonly resources?: readonly string[];
  readonly symlink?: string;
  readonly visitErr?: { readonly error: string };
  readonly expectVisited?: number;
}

interface Input {
  readonly b?: string;
  readonly path?: string;
  readonly root?: string;
  readonly rootSuffix?: string;
  readonly wordirSuffix?: string;
  readonly files?: readonly VectorFile[];
  readonly nodes?: readonly RecurseNode[];
  readonly object?: string;
  readonly decryption?: { readonly secretRef?: { readonly name: string } };
  readonly secret?: { readonly data?: Readonly<Record<string, string>> };
}

interface Expected {
  readonly want?: unknown;
  readonly wantAbs?: string;
  readonly wantRel?: string;
  readonly wantErr?: boolean | { readonly error: string };
  readonly wantErrStr?: string;
  readonly err?: string;
  readonly expectedErr?: string;
}

type Vector = TableCase<Input, Expected>;

const checks: Readonly<Record<string, (vector: Vector, bench: Workbench) => Outcome>> = {
  'decryptor-detect-format-from-marker-bytes': ({ input, expected }) =>
    compare(expected.want ?? 0, numberOf(formatOfContent(input.b ?? ''))),
  'decryptor-format-for-path': ({ input, expected }) =>
    compare(expected.want ?? 0, numberOf(formatOfName(input.path ?? ''))),
  'decryptor-secure-abs-path': ({ input: { root = '', path = '' }, expected }) => {
    const rel = securePath(root, path);
    return compare({ abs: expected.wantAbs, rel: expected.wantRel }, { abs: posix.join(root, rel), rel });
  },
  'decryptor-import-keys': checkImport,
  'decryptor-recurse-kustomization-files': checkRecursion,
  'decryptor-secure-load-kustomization-file': checkLoad,
  'is-encrypted-secret': checkEncrypted,
  'safe-decrypt': checkMessage,
};

/** Tables about single functions. */
export function* tableCases(dir: string, bench: Workbench): Generator<ConformanceCase> {
  for (const { file, cases } of tables<Input, Expected>(dir)) {
    const check = checks[file];
    if (!check) continue;
    for (const vector of cases) yield { name: `${file}: ${vector.name}`, run: () => check(vector, bench) };
  }
}

/** A missing Secret is what the reconciler sees; see the end-to-end tests. */
function checkImport({ input: { decryption, secret }, expected }: Vector): Outcome {
  const isMissing = decryption?.secretRef !== undefined && secret === undefined;
  const failure = isMissing ? 'missing' : failureOf(() => materialOf(secret?.data ?? {}, 'keys'));
  return compare(expected.wantErr ?? false, failure !== undefined);
}

function checkRecursion({ input, expected }: Vector, bench: Workbench): Outcome {
  const folder = bench.folder();
  const { nodes = [], path = '', wordirSuffix = '' } = input;
  const root = join(folder, wordirSuffix);
  const start = posix.resolve('/', wordirSuffix, path);
  const isEmpty = !nodes.some(
    (node) => !node.symlink && posix.resolve('/', posix.dirname(node.path)) === start,
  );
  if (isEmpty && !expected.wantErrStr) {
    return skip(
      `there is no kustomization in ${start}, where the case starts: Flux itself visits nothing then`,
    );
  }
  mkdirSync(root, { recursive: true });
  for (const node of nodes) {
    if (node.symlink) writeLink(folder, node.path, node.symlink);
    else {
      const resources = (node.resources ?? []).map((resource) => resource.replace('<tmpdir>', folder));
      writeText(folder, node.path, JSON.stringify({ resources }));
    }
  }
  const visits = new Map<string, number>();
  const failure = failureOf(() => {
    for (const visit of kustomizationsBelow(root, path)) {
      const at = posix.join(wordirSuffix, securePath(root, visit.folder));
      const node = nodes.find((candidate) => posix.join(posix.dirname(candidate.path)) === posix.join(at));
      if (node?.visitErr) throw new Error(node.visitErr.error);
      visits.set(at, (visits.get(at) ?? 0) + 1);
    }
  });
  if (expected.wantErrStr) return contains(failure, expected.wantErrStr);
  if (failure) return fail(failure);
  const wanted = nodes
    .filter(({ expectVisited }) => expectVisited)
    .map((node) => [posix.dirname(node.path), node.expectVisited]);
  return compare(Object.fromEntries(wanted), Object.fromEntries(visits));
}

function checkLoad(
  { input: { files = [], path = '', rootSuffix = '' }, expected }: Vector,
  bench: Workbench,
): Outcome {
  const folder = bench.folder();
  const root = join(folder, rootSuffix);
  mkdirSync(root, { recursive: true });
  for (const file of files) {
    if (file.symlink) writeLink(folder, file.name, file.symlink);
    else writeText(folder, file.name, file.data ?? '');
  }
  let loaded: object = {};
  const failure = failureOf(() => {
    loaded = readKustomizationFile(root, path);
  });
  if (typeof expected.wantErr === 'object') return contains(failure, expected.wantErr.error);
  if (failure) return fail(failure);
  // What is not looked for here has the defaults of kustomize.
  const defaults = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  return compare(expected.want, { ...defaults, ...loaded });
}

/** What was expected is in the name: the recorded matchers have lost it. */
function checkEncrypted({ name, input }: Vector): Outcome {
  const object = parseYaml(input.object ?? '');
  const failure = failureOf(() =>
    checkDecrypted([{ metadata: { name: 'one' }, ...(object as { apiVersion: string; kind: string }) }]),
  );
  return compare(/^encrypted/.test(name), failure !== undefined);
}

const formError = /^Input string .* does not match sops' data format$/;

/** A message that would quote a value has the value left out; all others are none of ours. */
function checkMessage({ expected: { err = '', expectedErr = '' } }: Vector): Outcome {
  const start = err.indexOf('Input string ');
  const message = start < 0 ? '' : err.slice(start);
  if (!formError.test(message)) return compare(err, expectedErr);
  const value = message.slice('Input string '.length, message.indexOf(' does not match'));
  const failure = failureOf(() => decryptValue(value, new Uint8Array(32), ''));
  return contains(expectedErr, failure ?? 'nothing failed');
}

function contains(text: string | undefined, part: string): Outcome {
  return text?.includes(part)
    ? pass
    : fail(`expected "${part}", got ${text === undefined ? 'success' : `"${text}"`}`);
}

function failureOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
