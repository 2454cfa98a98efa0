import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, skip } from '../../asset.ts';
import { compare } from '../../diff.ts';
import { failureOf } from './failure.ts';
import { parseAll } from './read.ts';
import type { Workbench } from './workbench.ts';

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n';

async function kustomization(
  bench: Workbench,
  content: object,
  components: readonly string[] = [],
): Promise<string> {
  const tree = await bench.folder();
  await writeFile(
    join(tree, 'kustomization.yaml'),
    JSON.stringify({ resources: ['configmap.yaml'], ...content }),
  );
  await writeFile(join(tree, 'configmap.yaml'), configMap);
  for (const component of components) {
    await mkdir(join(tree, component));
    await writeFile(
      join(tree, component, 'kustomization.yaml'),
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []\n',
    );
  }
  return tree;
}

async function generated(
  bench: Workbench,
  tree: string,
  work: { spec: object; config?: Record<string, unknown> },
) {
  const { content } = await bench.generate({ tree, path: '', ...work });
  return parseAll(content)[0] as Record<string, unknown>;
}

/** The file has the expected components that the spec does not have. */
export async function checkComponents(
  bench: Workbench,
  { fluxComponents = [] }: { fluxComponents?: string[] },
  { expectedComponents = [] }: { expectedComponents?: string[] },
): Promise<Outcome> {
  const own = expectedComponents.filter((name) => !fluxComponents.includes(name));
  const tree = await kustomization(bench, { components: own }, expectedComponents);
  const { components } = await generated(bench, tree, { spec: { components: fluxComponents } });
  return compare(expectedComponents, components);
}

export async function checkMissingComponents(
  bench: Workbench,
  input: { components: string[]; ignoreMissingComponents: boolean },
  expected: { expectError?: boolean; expectedComponents: string[] },
): Promise<Outcome> {
  const present = input.components.filter((name) => !name.startsWith('missing'));
  const tree = await kustomization(bench, {}, present);
  const { components } = await generated(bench, tree, { spec: input });
  const failure = await failureOf(bench.build({ tree, path: '', spec: input }));
  return compare(
    { components: expected.expectedComponents, fails: expected.expectError ?? false },
    { components: components ?? [], fails: failure !== undefined },
  );
}

interface Image {
  readonly name: string;
}

export async function checkImages(
  bench: Workbench,
  { existingImages = [], fluxImages = [] }: { existingImages?: Image[]; fluxImages?: Image[] },
  expected: { expectedImage: string; expectedImages: Image[] },
): Promise<Outcome> {
  const tree = await kustomization(bench, { images: existingImages, resources: ['pod.yaml'] });
  const image = expected.expectedImages[0]?.name;
  await writeFile(
    join(tree, 'pod.yaml'),
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: '${image}'}]}\n`,
  );
  const work = { spec: { images: fluxImages } };
  const { images } = await generated(bench, tree, work);
  const rendered = /image: (.*)/.exec(await bench.build({ tree, path: '', ...work }))?.[1];
  return compare(expected, { expectedImage: rendered, expectedImages: images });
}

/** Seen from outside: a component whose path is not local is refused. */
export async function checkLocalPath(
  bench: Workbench,
  { path }: { path: string },
  { expected = false }: { expected?: boolean },
): Promise<Outcome> {
  const tree = await kustomization(bench, {});
  const failure = await failureOf(bench.generate({ tree, path: '', spec: { components: [path] } }));
  return compare(expected, failure === undefined);
}

export async function checkRemoteResource(
  bench: Workbench,
  { ignore = '', path }: { ignore?: string; path?: string },
  { expected = [] }: { expected?: string[] },
): Promise<Outcome> {
  if (path) return skip('the folder that it is about is not part of the vectors');
  const remote = expected.filter((entry) => entry.includes('://'));
  const tree = await kustomization(bench, { resources: ['configmap.yaml', ...remote] });
  const { resources } = await generated(bench, tree, { spec: {}, config: { ignore } });
  const names = (list: unknown) =>
    Array.isArray(list) ? list.map((entry) => String(entry).replace(/^\.\//, '')) : [];
  return compare(names(expected), names(resources));
}
