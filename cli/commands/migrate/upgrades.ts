import type { LatestVersions } from './versions.ts';

/** An API version in a file that is not the newest. */
export interface Upgrade {
  /** Index of the line. */
  readonly line: number;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

export interface Detected {
  readonly upgrades: readonly Upgrade[];
  /** Lines that cannot be understood: index and why. */
  readonly faults: readonly { readonly line: number; readonly why: string }[];
}

/**
 * Finds what to upgrade line by line, not by parsing YAML: templates of Helm are no YAML, references inside of specs are to be
 * upgraded as well, and nothing else of the file may change. `apiVersion` and `kind` have to stand on adjacent lines of the
 * same mapping.
 */
export function detectUpgrades(lines: readonly string[], latest: LatestVersions): Detected {
  const upgrades: Upgrade[] = [];
  const faults: { line: number; why: string }[] = [];
  for (const [line, text] of lines.entries()) {
    const apiVersion = field(text, 'apiVersion');
    if (!apiVersion) continue;
    const [group = '', version, ...more] = apiVersion.value.split('/');
    if (more.length > 0) {
      faults.push({ line, why: `unexpected GroupVersion string: ${apiVersion.value}` });
      continue;
    }
    const kind = kindBeside(lines, line, apiVersion);
    const to = kind && latest.get(`${group}/${kind}`);
    if (kind && version && to && to !== version) upgrades.push({ line, kind, from: version, to });
  }
  return { upgrades, faults };
}

/** The lines with every upgrade made; nothing else of them changes. */
export function upgraded(lines: readonly string[], upgrades: readonly Upgrade[]): string[] {
  const result = [...lines];
  for (const { line, from, to } of upgrades) {
    const text = result[line] ?? '';
    const at = text.indexOf(`/${from}`, text.indexOf('apiVersion:'));
    result[line] = `${text.slice(0, at + 1)}${to}${text.slice(at + 1 + from.length)}`;
  }
  return result;
}

/** A field of a mapping as it stands on a line. */
interface Field {
  /** Of its name. */
  readonly column: number;
  /** The line begins an item of a list, and with it another mapping. */
  readonly isFirst: boolean;
  readonly value: string;
}

function field(line: string, name: string): Field | undefined {
  const match = new RegExp(`^(?<margin>.*?)${name}: +(?<quote>["']?)(?<value>[^\\s"']+)\\k<quote>`).exec(
    line,
  );
  const { margin = '', value = '' } = match?.groups ?? {};
  // Comments that show an example are upgraded, as in Flux.
  return match ? { column: margin.length, isFirst: margin.trimEnd().endsWith('-'), value } : undefined;
}

function kindBeside(lines: readonly string[], line: number, { column, isFirst }: Field): string | undefined {
  const after = field(lines[line + 1] ?? '', 'kind');
  if (after && !after.isFirst && after.column === column) return after.value;
  const before = isFirst ? undefined : field(lines[line - 1] ?? '', 'kind');
  return before?.column === column ? before.value : undefined;
}
