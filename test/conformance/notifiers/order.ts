/**
 * Upstream goes through metadata in the random order of Go's maps, and the vectors recorded one of these orders. Everything that is made
 * of metadata is put in order here, on both sides, and nothing else.
 */
export function inOrder(provider: string, body: unknown, count: number): unknown {
  const sorters = listSorters[provider] ?? [];
  const lines = lineSorters[provider];
  return walk(body, [], (value, path) => {
    const at = path.join('.');
    if (Array.isArray(value) && sorters.some((pattern) => pattern.test(at))) return byText(value);
    if (typeof value === 'string' && lines?.test(at)) return byLine(value, count);
    return value;
  });
}

/** Lists with one entry for each metadata; `tags` have other entries as well. */
const listSorters: Readonly<Record<string, readonly RegExp[]>> = {
  slack: [/attachments\.\d+\.fields$/],
  discord: [/attachments\.\d+\.fields$/],
  rocket: [/attachments\.\d+\.fields$/],
  googlechat: [/sections\.1\.widgets$/],
  grafana: [/^tags$/],
  datadog: [/^tags$/],
};

/** Texts that end with one line for each metadata. */
const lineSorters: Readonly<Record<string, RegExp>> = {
  webex: /^markdown$/,
  lark: /content$/,
  matrix: /^body$/,
  telegram: /^text$/,
};

function byText(list: readonly unknown[]): unknown[] {
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, each: unknown) => (isRecord(each) ? sortKeys(each) : each));
  return list.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

function byLine(text: string, count: number): string {
  const lines = text.split('\n');
  const isEnded = lines.at(-1) === '';
  const all = isEnded ? lines.slice(0, -1) : lines;
  const kept = all.slice(0, all.length - count);
  return [...kept, ...all.slice(all.length - count).toSorted(), ...(isEnded ? [''] : [])].join('\n');
}

function walk(
  value: unknown,
  path: readonly string[],
  change: (value: unknown, path: readonly string[]) => unknown,
): unknown {
  const changed = change(value, path);
  if (Array.isArray(changed))
    return changed.map((each, index) => walk(each, [...path, String(index)], change));
  if (!isRecord(changed)) return changed;
  return Object.fromEntries(
    Object.entries(changed).map(([key, each]) => [key, walk(each, [...path, key], change)]),
  );
}

const sortKeys = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
