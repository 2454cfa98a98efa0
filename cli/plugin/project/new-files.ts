import { readFileSync } from 'node:fs';
import { contractVersion } from '@flux-host/sdk/contract/manifest.ts';
import { kindFacts, type ProjectKind, sampleInput } from './kinds.ts';
import { goLibrary, sdkDependency } from './locations.ts';
import { readme, workflow } from './texts.ts';

export type Language = 'ts' | 'go';

export interface NewProject {
  readonly name: string;
  readonly kind: ProjectKind;
  readonly language: Language;
  /** The project's folder, which is there. */
  readonly dir: string;
}

/** Everywhere in the templates this name stands for the plugin's. */
const placeholder = /my-plugin/g;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files of a new project by path. */
export function newFiles(project: NewProject): Record<string, string> {
  const { name, kind, language } = project;
  const { usage, files = {} } = kindFacts[kind];
  const sample = sampleInput(kind, name);
  return {
    ...(language === 'go' ? goFiles(project) : typescriptFiles(project)),
    [sample.file]: json(sample.content),
    ...files,
    ...(usage && { [usage.file]: usage.text(name) }),
    'README.md': readme(project),
    '.gitignore': 'node_modules/\n*.wasm\n',
    '.github/workflows/plugin.yaml': workflow(name),
  };
}

function template(path: string, name: string): string {
  const text = readFileSync(new URL(`../templates/${path}`, import.meta.url), 'utf8');
  return text.replaceAll(placeholder, name);
}

function typescriptFiles({ name, kind, dir }: NewProject): Record<string, string> {
  const { description, conformance = {} } = kindFacts[kind];
  return {
    'plugin.ts': template(`ts/${kind}/plugin.ts`, name),
    'plugin.test.ts': template(`ts/${kind}/test.ts`, name),
    'package.json': json({
      name,
      version: '1.0.0',
      private: true,
      description,
      license: 'Apache-2.0',
      type: 'module',
      main: 'plugin.ts',
      scripts: { build: 'flux plugin build', test: 'flux plugin test' },
      devDependencies: { '@flux-host/sdk': sdkDependency(dir) },
      fluxPlugin: { conformance: { ...conformance, skip: {} } },
    }),
    // Tests run in Node, the plugin does not: its globals are others.
    'tsconfig.json': json({
      extends: '@flux-host/sdk/typescript/tsconfig.json',
      include: ['*.ts'],
      exclude: ['*.test.ts', 'node_modules'],
    }),
  };
}

function goFiles({ name, kind, dir }: NewProject): Record<string, string> {
  const { description, requests, config, conformance = {} } = kindFacts[kind];
  return {
    'main.go': template(`go/${kind}/main.go`, name),
    'main_test.go': template(`go/${kind}/main_test.go`, name),
    'go.mod': `module ${name}\n\ngo 1.26\n\nrequire flux-host/sdk/go v0.0.0\n\nreplace flux-host/sdk/go => ${goLibrary(dir)}\n`,
    'plugin.json': json({
      contract: contractVersion,
      name,
      version: '1.0.0',
      description,
      license: 'Apache-2.0',
      provides: [{ kind, type: name, ...(config && { config }) }],
      requests,
    }),
    'conformance.json': json({ ...conformance, skip: {} }),
    'package.json': json({
      name,
      version: '1.0.0',
      private: true,
      scripts: { build: 'flux plugin build', test: 'flux plugin test' },
    }),
  };
}
