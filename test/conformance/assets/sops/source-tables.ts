import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readDocument } from '@flux-host/host/sops/document/document.ts';
import { type Format, formatOfName } from '@flux-host/host/sops/formats/names.ts';
import { wrappedKeyOf } from '@flux-host/host/sops/keys/wrapped.ts';
import { type EncryptedSource, findSources, isEncryptedFile } from '@flux-host/host/sops/sources/find.ts';
import { runSopsTask } from '@flux-host/host/sops/work/tasks.ts';
import { ageKey } from '../../../helpers/sops.ts';
import { type ConformanceCase, fail, type Outcome, pass } from '../../asset.ts';
import { compare } from '../../diff.ts';
import { tables } from '../../table.ts';
import { formatOf, type VectorFile, writeText, writeVectorFile } from './files.ts';
import type { Workbench } from './workbench.ts';

interface Input {
  readonly files?: readonly VectorFile[];
  readonly path?: string;
  readonly wordirSuffix?: string;
  readonly secretGenerator?: readonly object[];
  readonly patch?: readonly object[];
  readonly format?: number;
  readonly maxFileSize?: number;
}

interface Expected {
  readonly expectVisited?: readonly string[];
  readonly wantErr?: { readonly error: string };
}

const checks: Readonly<
  Record<string, (input: Input, expected: Expected, bench: Workbench) => Promise<Outcome>>
> = {
  'decryptor-decrypt-kustomization-sources': checkSources,
  'decryptor-decrypt-sops-file': checkFile,
};

/** Tables about files on disk: the real sops encrypts what they say. */
export function* sourceCases(dir: string, bench: Workbench): Generator<ConformanceCase> {
  for (const { file, cases } of tables<Input, Expected>(dir)) {
    const check = checks[file];
    if (!check) continue;
    for (const { name, input, expected } of cases) {
      yield { name: `${file}: ${name}`, run: () => failing(expected, check(input, expected, bench)) };
    }
  }
}

async function failing({ wantErr }: Expected, work: Promise<Outcome>): Promise<Outcome> {
  if (!wantErr) return work;
  try {
    await work;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes(wantErr.error) ? pass : fail(`expected "${wantErr.error}", got "${message}"`);
  }
  return fail(`expected the failure "${wantErr.error}"`);
}

async function checkSources(
  input: Input,
  { expectVisited = [] }: Expected,
  bench: Workbench,
): Promise<Outcome> {
  const folder = bench.folder();
  const root = join(folder, input.wordirSuffix ?? '');
  const key = ageKey();
  mkdirSync(join(root, input.path ?? ''), { recursive: true });
  for (const file of input.files ?? []) {
    const format = formatOf(file.originalFormat) ?? formatOfName(file.name);
    await writeVectorFile(folder, file, { bench, recipient: key.recipient, format });
  }
  const { secretGenerator, patch: patches } = input;
  writeText(join(root, input.path ?? ''), 'kustomization.yaml', JSON.stringify({ secretGenerator, patches }));
  const sources = findSources(root, input.path ?? '', []);
  const plain = await opened(root, sources, { key: key.identity, bench });
  return compare(
    { visited: expectVisited.toSorted(), data: dataOf(input.files, () => true) },
    {
      visited: sources.map(({ path }) => path).toSorted(),
      data: dataOf(input.files, ({ name }) => plain[name]),
    },
  );
}

async function checkFile(input: Input, _expected: Expected, bench: Workbench): Promise<Outcome> {
  const root = bench.folder();
  const key = ageKey();
  for (const file of input.files ?? []) {
    const format = formatOf(file.format) ?? formatOfName(file.name);
    await writeVectorFile(root, file, { bench, recipient: key.recipient, format });
  }
  const source = { path: input.path ?? '', format: formatOf(input.format ?? 0) ?? 'binary' };
  const isFound = isEncryptedFile(root, source, input.maxFileSize || undefined);
  const plain = isFound ? await opened(root, [source], { key: key.identity, bench }) : {};
  return compare(
    dataOf(input.files, () => true),
    dataOf(input.files, ({ name }) => plain[name]),
  );
}

/** For each file whether it is in plain, as far as the table says so. */
function dataOf(
  files: readonly VectorFile[] = [],
  read: (file: VectorFile) => string | true | undefined,
): unknown {
  return files.map((file) => {
    const content = read(file);
    if (content === true) return { name: file.name, isPlain: file.expectData ?? false };
    return { name: file.name, isPlain: content !== undefined && content === file.data };
  });
}

async function opened(
  root: string,
  sources: readonly EncryptedSource[],
  { key, bench }: { key: string; bench: Workbench },
): Promise<Record<string, string>> {
  const keys: Record<string, Uint8Array> = {};
  for (const { path, format } of sources) {
    const wrapped = wrappedKeyOf(readDocument(textAt(root, path), format as Format).metadata);
    keys[wrapped.id] = await bench.dataKey(wrapped, { 'age.agekey': key });
  }
  const result = runSopsTask({ kind: 'open-sources', root, sources, keys });
  const files = 'files' in result ? Object.entries(result.files) : [];
  return Object.fromEntries(files.map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
}

function textAt(root: string, path: string): string {
  const file = posix.join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
