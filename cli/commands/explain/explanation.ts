import { formatRef } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { conditionsOf, type StatusCondition } from '../../kinds/conditions.ts';
import { type Advice, adviceFor } from './advice.ts';
import { causeOf, inOrder } from './cause.ts';
import { chainOf } from './chain.ts';
import { lastEvents } from './events.ts';
import { isFluxKind } from './judge.ts';
import type { Access } from './look.ts';
import type { Finding, Link } from './types.ts';

/** Everything that the page shows. */
export interface Explanation {
  readonly subject: Finding;
  readonly isReady: boolean;
  readonly chain: readonly Link[];
  /** Absent when the object is ready. */
  readonly cause?: Finding;
  readonly advice: Advice;
  /** Sentences about what is worth knowing besides. */
  readonly notes: readonly string[];
  readonly conditions: readonly StatusCondition[];
  readonly events: readonly KubeObject[];
}

/** Looks at an object, at what it depends on and at what it brought about. */
export async function explanationOf(subject: Finding, access: Access): Promise<Explanation> {
  const root = await chainOf(subject, access);
  const chain = inOrder(root);
  const cause = causeOf(root);
  const refs = [subject.ref, ...(cause ? [cause.ref] : [])];
  return {
    subject,
    isReady: subject.state === 'ready',
    chain,
    ...(cause && { cause }),
    advice: cause ? adviceFor(cause) : { next: suspendedAdvice(subject) },
    notes: notesOn(subject, chain),
    conditions: subject.object ? conditionsOf(subject.object) : [],
    events: await lastEvents(refs, access),
  };
}

function suspendedAdvice(subject: Finding): readonly string[] {
  return subject.isSuspended ? adviceFor(subject).next : [];
}

function notesOn(subject: Finding, chain: readonly Link[]): string[] {
  const others = chain.filter(({ finding }) => finding !== subject);
  const late =
    subject.state === 'ready'
      ? others.filter(({ finding: { state } }) => state !== 'ready' && state !== 'unknown')
      : [];
  return [
    ...(subject.isSuspended ? ['It is suspended: nothing is done about it until it is resumed.'] : []),
    ...late.map(
      ({ finding }) => `${formatRef(finding.ref)} is not ready: what is in the cluster may be out of date.`,
    ),
    ...others
      .filter(({ finding }) => finding.isSuspended)
      .map(({ finding }) => `${formatRef(finding.ref)} is suspended: changes do not get past it.`),
    ...(chain.length === 1 && !isFluxKind(subject.resource) ? ['It is not managed by Flux.'] : []),
  ];
}
