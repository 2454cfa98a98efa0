/** One measured number. `ratio` is peer ÷ ours: above 1 means that we are better. There is none when ours is 0. */
export interface Row {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  readonly peer?: number;
  readonly ratio?: number;
  /** What was counted, for the JSON. */
  readonly details?: readonly string[];
}

export interface BenchOptions {
  /** `--n`; each bench has a default of its own. */
  readonly n?: number;
  /** `--sources`: how many sources the objects are spread over. */
  readonly sources?: number;
  /** `--objects`: how many objects each Kustomization has, where a bench can choose. */
  readonly objects?: number;
  /** `--seed`: of random numbers, where a bench draws some. */
  readonly seed?: number;
  /** `--peer`: folder with executables of Flux's controllers, named as Flux names them. */
  readonly peer?: string;
  /** `--repo`, as often as wanted: folders with the content of one commit after the other. */
  readonly repos?: readonly string[];
  /** `--dir`, as often as wanted: charts, or folders of charts. */
  readonly dirs?: readonly string[];
  readonly log: (line: string) => void;
}

export interface Bench {
  /** One line for the list of benches. */
  readonly about: string;
  run(options: BenchOptions): Promise<Row[]>;
}

/** A row; with a peer's value the ratio is worked out. */
export function row(metric: string, unit: string, value: number, peer?: number): Row {
  if (peer === undefined) return { metric, unit, value };
  return { metric, unit, value, peer, ...(value === 0 ? {} : { ratio: peer / value }) };
}

/** The value below which a share of the sorted samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
