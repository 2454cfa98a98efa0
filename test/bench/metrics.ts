/** One series of a Prometheus text page. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Series of metrics pages at one moment. */
export interface Metrics {
  /** Sum of the counters of that name whose labels satisfy the condition. */
  sum(name: string, where?: (labels: Sample['labels']) => boolean): number;
}

/** Reads pages in Prometheus' text format. */
export function parseMetrics(pages: readonly string[]): Metrics {
  const samples = pages.flatMap((page) => page.split('\n').flatMap(parseLine));
  return {
    sum: (name, where = () => true) =>
      samples
        .filter((sample) => sample.name === name && where(sample.labels))
        .reduce((sum, { value }) => sum + value, 0),
  };
}

/** @throws Error when an endpoint does not answer */
export async function scrape(urls: readonly string[]): Promise<Metrics> {
  return parseMetrics(
    await Promise.all(
      urls.map(async (url) => {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
        return answer.text();
      }),
    ),
  );
}

function parseLine(line: string): Sample[] {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
  if (!name || value === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return [
    {
      name,
      labels: Object.fromEntries(pairs.map(([, key = '', text = '']) => [key, text])),
      value: Number(value),
    },
  ];
}
