import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { OpenPlugin } from '@flux-host/sdk/testing';
import type { Helm } from '../helpers/helm.ts';
import type { TestChart } from './charts/types.ts';

/** What a cluster of the version that Helm assumes has. */
export interface Capabilities {
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

/** A chart as both render it: manifests, then hooks; or why not. */
export interface Outcome {
  readonly text?: string;
  readonly error?: string;
}

/** Renders charts with the plugin and with the real helm. */
export interface Renderings {
  plugin(chart: TestChart): Promise<Outcome>;
  helm(chart: TestChart): Promise<Outcome>;
  close(): void;
}

export async function startRenderings(plugin: OpenPlugin, helm: Helm): Promise<Renderings> {
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-render-'));
  let count = 0;
  const write = (files: Readonly<Record<string, string>>): string => {
    count += 1;
    const folder = join(dir, String(count));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return folder;
  };
  const assumed = await capabilitiesOf(helm, write);
  return {
    async plugin(chart) {
      const { output, failure } = await plugin.run({
        operation: 'render',
        folder: write(chart.files),
        request: requestOf(chart, assumed),
      });
      if (failure) return { error: failure.message };
      const answer = Object(output);
      if (Array.isArray(answer.lookups)) {
        const again = { ...requestOf(chart, assumed), lookups: answer.lookups };
        const second = await plugin.run({ operation: 'render', folder: write(chart.files), request: again });
        return second.failure ? { error: second.failure.message } : { text: textOf(Object(second.output)) };
      }
      return { text: textOf(answer) };
    },
    async helm(chart) {
      const values = join(write({ 'values.json': JSON.stringify(chart.values ?? {}) }), 'values.json');
      const { release = 'web', namespace = 'apps', isUpgrade, kubeVersion, apiVersions = [] } = chart;
      const args = ['template', release, write(chart.files), '-n', namespace, '-f', values];
      if (isUpgrade) args.push('--is-upgrade');
      if (kubeVersion) args.push('--kube-version', kubeVersion);
      for (const each of apiVersions) args.push('--api-versions', each);
      try {
        return { text: await helm.run(args) };
      } catch (error) {
        const { stderr } = Object(error);
        return { error: /^Error: ([\s\S]*)$/m.exec(String(stderr))?.[1]?.trim() ?? String(error) };
      }
    },
    close: () => rmSync(dir, { recursive: true }),
  };
}

/** What Helm assumes of a cluster when there is none: the plugin is always told. */
export async function capabilitiesOf(
  helm: Helm,
  write: (files: Readonly<Record<string, string>>) => string,
): Promise<Capabilities> {
  const told = await helm.run([
    'template',
    'x',
    write({
      'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0\n',
      'templates/x.yaml':
        '# {{ dict "v" .Capabilities.KubeVersion.Version "a" .Capabilities.APIVersions | toJson }}\na: b\n',
    }),
  ]);
  const { v, a } = JSON.parse(/^# (\{.*\})$/m.exec(told)?.[1] ?? '{}');
  return { kubeVersion: v, apiVersions: a };
}

export function requestOf(
  chart: Omit<TestChart, 'has' | 'files'>,
  assumed: Capabilities,
): Record<string, unknown> {
  const { values = {}, isUpgrade = false, release = 'web', namespace = 'apps' } = chart;
  return {
    chart: '',
    values,
    release: { name: release, namespace, revision: 1, isInstall: !isUpgrade, isUpgrade },
    capabilities: {
      kubeVersion: chart.kubeVersion ?? assumed.kubeVersion,
      apiVersions: [...assumed.apiVersions, ...(chart.apiVersions ?? [])],
    },
  };
}

/** As `helm template` prints a release. */
export function textOf(answer: {
  readonly manifest?: string;
  readonly hooks?: readonly { readonly path: string; readonly manifest: string }[];
}): string {
  const hooks = (answer.hooks ?? []).map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`);
  return `${(answer.manifest ?? '').trim()}\n${hooks.join('')}`;
}
