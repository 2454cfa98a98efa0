import { type ErrorCode, FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { KubeError } from '../kube/errors.ts';
import { formatRef, refOf } from '../kube/object.ts';
import type { KubeObject, ObjectRef } from '../kube/types.ts';
import { isSecret, maskText } from './mask.ts';
import type { Change } from './types.ts';

const reason = 'ReconciliationFailed';

/** An inventory entry that is not Flux's. */
export function inventoryIdInvalid(id: string): FluxError {
  return new FluxError('FLUX_E_INVENTORY_ID', `unable to parse stored object metadata: ${id}`, {
    hint: 'status.inventory was edited by hand; remove the entry with kubectl edit --subresource=status',
  });
}

export function selectorInvalid(field: string, expression: string, cause: unknown): FluxError {
  return new FluxError('FLUX_E_SELECTOR_INVALID', `invalid ${field} "${expression}": ${errorText(cause)}`, {
    hint: `correct ${field} in the target of the patch or ignore rule`,
    terminal: true,
    reason,
    cause,
  });
}

export function objectUnnamed(object: KubeObject): FluxError {
  const generated = object.metadata?.generateName ? '; metadata.generateName cannot be applied' : '';
  return new FluxError(
    'FLUX_E_APPLY_UNNAMED',
    `a ${object.kind || 'document'} of ${object.apiVersion || 'no API version'} has no metadata.name${generated}`,
    { reason, hint: 'give the object a name of its own in the repository' },
  );
}

export function namespaceMissing(ref: ObjectRef): FluxError {
  return new FluxError('FLUX_E_APPLY_NO_NAMESPACE', `${formatRef(ref)} namespace not specified`, {
    reason,
    object: ref,
    hint: 'set metadata.namespace, or spec.targetNamespace for all objects of the Kustomization',
  });
}

/** One or more objects could not be applied; `changes` has what was applied before. */
export class ApplyError extends FluxError {
  readonly changes: readonly Change[];
  readonly failures: readonly FluxError[];
  /** Objects of which nobody knows whether they were created: the API server was asked to, and did not say that it did. */
  readonly uncertain: readonly ObjectRef[];

  constructor(
    failures: readonly FluxError[],
    changes: readonly Change[],
    uncertain: readonly ObjectRef[] = [],
  ) {
    const [first] = failures;
    super(first?.code ?? 'FLUX_E_APPLY_REJECTED', failures.map(({ message }) => message).join('\n'), {
      reason,
      ...(first?.hint && { hint: first.hint }),
      ...(first?.object && { object: first.object }),
      ...(first?.cause !== undefined && { cause: first.cause }),
    });
    this.changes = changes;
    this.failures = failures;
    this.uncertain = uncertain;
  }
}

/** Objects that could not be deleted, in Flux's words. */
export function pruneFailed(errors: readonly Error[]): FluxError {
  const hint = errors.map((error) => (error instanceof FluxError ? error.hint : undefined)).find(Boolean);
  const texts = errors.map(({ message }) => `${message};`).join('');
  return new FluxError('FLUX_E_PRUNE', `delete failed, errors: ${texts}`, {
    reason: 'PruneFailed',
    ...(hint ? { hint } : {}),
  });
}

interface Attempt {
  readonly object: KubeObject;
  /** What was tried, in Flux's words: `dry-run`, `apply`, `query`, `delete`. */
  readonly step: string;
}

/** The error for an object that the API server did not take, without secret values. */
export function objectRejected(error: unknown, { object, step }: Attempt): unknown {
  if (!(error instanceof KubeError)) return error;
  const ref = refOf(object);
  const { code, hint } = explain(error);
  const message = `${formatRef(ref)} ${outcome(error, step)}: ${maskText(wording(error), object)}`;
  return new FluxError(code, message, {
    reason,
    object: ref,
    ...(hint && { hint: maskText(hint, object) }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    // The API server's own error may quote what is secret.
    ...(!isSecret(object) && { cause: error }),
  });
}

/** Steps of which Flux names the kind of failure, too. */
const submits = new Set(['dry-run', 'apply']);

function outcome(error: KubeError, step: string): string {
  if (!submits.has(step)) return `${step} failed`;
  if (error.notFound && !error.noMatch) return 'not found';
  const cause = error.causes.find(({ reason: type }) => type === 'FieldManagerConflict');
  const name = cause?.reason ?? (error.noMatch ? '' : error.kubeReason);
  return name ? `${step} failed (${name})` : `${step} failed`;
}

function wording(error: KubeError): string {
  return error.unreachable ? error.message : error.statusMessage;
}

const webhook = /failed calling webhook "(?<name>[^"]+)"/;
const namespace = /namespaces "(?<name>[^"]+)" not found/;

function explain(error: KubeError): { code: ErrorCode; hint?: string | undefined } {
  if (error.noMatch) {
    return {
      code: 'FLUX_E_APPLY_NO_MATCH',
      hint: 'install its CRD first, or put it into an earlier Kustomization and name that in spec.dependsOn',
    };
  }
  const called = webhook.exec(error.statusMessage)?.groups?.['name'];
  if (called) {
    return {
      code: 'FLUX_E_APPLY_WEBHOOK',
      hint: `check that the service behind the webhook ${called} is running`,
    };
  }
  const missing = error.notFound && namespace.exec(error.statusMessage)?.groups?.['name'];
  if (missing) {
    return {
      code: 'FLUX_E_APPLY_NO_NAMESPACE',
      hint: `add Namespace ${missing} to the manifests, or create it before`,
    };
  }
  if (isImmutable(error)) return { code: 'FLUX_E_APPLY_IMMUTABLE', hint: immutableHint(error) };
  if (error.forbidden) return { code: 'FLUX_E_APPLY_FORBIDDEN', hint: error.hint };
  if (error.unreachable || error.status >= 500) return { code: 'FLUX_E_APPLY_UNAVAILABLE', hint: error.hint };
  return { code: 'FLUX_E_APPLY_REJECTED', hint: error.hint };
}

function immutableHint(error: KubeError): string {
  const fields = [
    ...new Set(error.causes.flatMap(({ field }) => (field && field !== '<nil>' ? [field] : []))),
  ];
  const what = fields.length > 0 ? `${fields.join(', ')} cannot be changed` : 'a field cannot be changed';
  return (
    `${what} in place: undo the change, or let Flux delete and create the object with spec.force: true ` +
    'or the annotation kustomize.toolkit.fluxcd.io/force: enabled'
  );
}

const immutableWording = [
  /\bis\simmutable\b/,
  /\bimmutable\sfield\b/,
  /\bupdates to \S+ spec for fields other than\b/,
];

/** Whether a rejection says that a field cannot change: the API server, webhooks and CEL rules word it alike. */
export function isImmutableText(text: string): boolean {
  return immutableWording.some((pattern) => pattern.test(text));
}

export function isImmutable(error: KubeError): boolean {
  return error.status >= 400 && isImmutableText(error.statusMessage);
}

export function terminationTimedOut(object: KubeObject, timeoutMs: number): FluxError {
  const ref = refOf(object);
  return new FluxError(
    'FLUX_E_APPLY_TERMINATING',
    `${formatRef(ref)} immutable field detected, object still exists ${Math.round(timeoutMs / 1000)}s after its deletion`,
    { reason, object: ref, hint: `see which of its metadata.finalizers is not finished` },
  );
}

export function isFluxError(error: unknown): error is FluxError {
  return error instanceof FluxError;
}
