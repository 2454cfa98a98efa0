import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { patternFailed } from './errors.ts';
import { type Piece, parseTemplate, render } from './template.ts';

type Output = ArtifactGenerator['spec']['artifacts'][number];

/** One artifact to make. */
export interface ArtifactRequest extends Output {
  /** Of the captures of a path pattern. */
  readonly labels: Readonly<Record<string, string>>;
}

const labelValue = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const objectName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** More are a mistake in the pattern: each is an object in the cluster. */
const mostRequests = 10_000;

/**
 * The artifacts of a spec; with a path pattern those of every folder that it matches.
 * @param folder of the unpacked tree of a source, by its alias
 * @throws FluxError FLUX_E_GENERATOR_PATTERN, terminal
 */
export async function artifactRequests(
  { spec }: ArtifactGenerator,
  folder: (alias: string) => string | undefined,
): Promise<ArtifactRequest[]> {
  const { pathPattern, artifacts } = spec;
  if (!pathPattern) return artifacts.map((output) => ({ ...output, labels: {} }));
  const [, alias = '', path = ''] = /^@([^/]+)\/(.*)$/s.exec(pathPattern) ?? [];
  const fail = (what: string) => patternFailed(`pathPattern ${JSON.stringify(pathPattern)}: ${what}`);
  const dir = folder(alias);
  if (dir === undefined) throw fail(`source alias ${alias} not found in local sources`);
  const requests: ArtifactRequest[] = [];
  const places = new Map<string, string>();
  for await (const { relative, captures } of matchingFolders(dir, segmentsOf(path, fail))) {
    const labels = Object.fromEntries(
      Object.entries(captures).map(([name, value]) => [name, value.toLowerCase()]),
    );
    for (const [name, value] of Object.entries(labels)) {
      if (value.length <= 63 && labelValue.test(value)) continue;
      throw fail(`captured value "${value}" for variable "${name}" is not a valid Kubernetes label value`);
    }
    for (const output of artifacts) {
      const request = rendered(output, { labels, captures, relative }, fail);
      const other = places.get(request.name);
      if (other !== undefined) {
        throw fail(
          `directories "${other}" and "${relative}" both resolve to artifact name "${request.name}"`,
        );
      }
      places.set(request.name, relative);
      requests.push(request);
      if (requests.length > mostRequests) throw fail(`it leads to more than ${mostRequests} artifacts`);
    }
  }
  return requests;
}

type Fail = (what: string) => Error;

function rendered(
  output: Output,
  found: {
    labels: Readonly<Record<string, string>>;
    captures: Readonly<Record<string, string>>;
    relative: string;
  },
  fail: Fail,
): ArtifactRequest {
  const { labels, captures, relative } = found;
  try {
    const name = render(output.name, labels);
    if (name.length > 253 || !objectName.test(name)) {
      throw fail(`rendered artifact name "${name}" is not a valid Kubernetes object name`);
    }
    const copy = output.copy.map((operation) => ({
      ...operation,
      from: render(operation.from, captures),
      to: render(operation.to, captures),
    }));
    return { ...output, name, copy, labels };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw fail(`failed to render artifact ${output.name} for match ${relative}: ${error.message}`);
  }
}

/** The pattern folder by folder: a capture does not go past a slash. */
function segmentsOf(path: string, fail: Fail): Piece[][] {
  try {
    const names = parseTemplate(path).flatMap((piece) => ('capture' in piece ? [piece.capture] : []));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice) throw new RangeError(`duplicate capture variable "${twice}"`);
    return path.split('/').map(parseTemplate);
  } catch (error) {
    if (error instanceof RangeError) throw fail(error.message);
    throw error;
  }
}

/** Folders in the order of their names. Only those that can still match are looked into. */
async function* matchingFolders(
  dir: string,
  segments: readonly Piece[][],
  at: { relative: string; captures: Readonly<Record<string, string>> } = { relative: '', captures: {} },
): AsyncGenerator<{ relative: string; captures: Readonly<Record<string, string>> }> {
  const [first, ...rest] = segments;
  if (!first) return;
  const entries = await readdir(join(dir, at.relative), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const name of folders.sort()) {
    const captures = match(name, first);
    if (!captures) continue;
    const found = {
      relative: at.relative ? `${at.relative}/${name}` : name,
      captures: { ...at.captures, ...captures },
    };
    if (rest.length === 0) yield found;
    else yield* matchingFolders(dir, rest, found);
  }
}

/** Each capture takes as much as it can and at least one character, as in Flux. */
function match(name: string, pieces: readonly Piece[]): Readonly<Record<string, string>> | undefined {
  const [first, ...rest] = pieces;
  if (!first) return name === '' ? {} : undefined;
  if ('text' in first)
    return name.startsWith(first.text) ? match(name.slice(first.text.length), rest) : undefined;
  for (let length = name.length; length > 0; length -= 1) {
    const below = match(name.slice(length), rest);
    if (below) return { [first.capture]: name.slice(0, length), ...below };
  }
  return undefined;
}
