/** A chart of the tests: its files, and what it is rendered with. */
export interface TestChart {
  /** What it shows, as the end of a sentence: `a chart with …`. */
  readonly has: string;
  readonly files: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly isUpgrade?: boolean;
  /** Without `v1.`; default: that of Helm's own build. */
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly release?: string;
  readonly namespace?: string;
}

/** Chart.yaml with these lines beside name and version. */
export function chartYaml(name: string, more = '', version = '1.2.3'): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`;
}

/** A ConfigMap with these lines as its data. */
export function configMap(name: string, data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${data.replace(/^(?=.)/gm, '  ')}\n`;
}
