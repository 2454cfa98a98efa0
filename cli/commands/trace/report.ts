import { stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { readyCondition } from '../../kinds/conditions.ts';
import { goTime } from '../../output/go-time.ts';

/** A block of a report: an object and what is to be known of it. */
export interface Section {
  /** Columns that a label and its spaces take: Flux's templates differ. */
  readonly width: number;
  /** Labels and values; the first one names the object. */
  readonly lines: readonly (readonly [label: string, value: string])[];
}

/** The text of a report, beginning with an empty line as Flux's does. */
export function reportText(sections: readonly Section[]): string {
  const blocks = sections.map(({ width, lines }) =>
    lines.map(([label, value]) => `${`${label}:`.padEnd(width)}${value}\n`).join(''),
  );
  return `\n${blocks.join('---\n')}`;
}

/** Lines that only stand there when they have something to say. */
export function given(label: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value ? [[label, value]] : [];
}

/** Name and namespace of an object of a kind. */
export function heading(kind: string, { metadata }: KubeObject): readonly (readonly [string, string])[] {
  return [
    [kind, metadata.name],
    ['Namespace', metadata.namespace ?? ''],
  ];
}

/** When an object was reconciled last and what came of it. */
export function statusLines(
  object: KubeObject,
  { tellsFailure = false } = {},
): readonly (readonly [string, string])[] {
  const ready = readyCondition(object);
  if (!ready) return [['Status', 'Unknown']];
  const when = goTime(ready.lastTransitionTime);
  const failed = tellsFailure && ready.status === 'False';
  return [
    ['Status', failed ? `Last reconciliation failed at ${when}` : `Last reconciled at ${when}`],
    ['Message', ready.message],
  ];
}

/** The revision of a source's artifact. */
export function artifactRevision(object: KubeObject): string | undefined {
  return stringAt(object, 'status', 'artifact', 'revision');
}
