import { type ErrorCode, FluxError, type FluxErrorOptions } from '../errors/flux-error.ts';
import type { GroupVersionKind, ObjectRef } from './types.ts';

/** One field error of a rejected object. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The part of the API server's `Status` that is used. */
export interface KubeStatus {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly StatusCause[];
  };
}

/** What was asked of the API server, for messages. */
export interface Asked {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `apply` or `delete`. */
  readonly verb: string;
  /** The object or the collection in a reader's words, e.g. `Deployment/apps/web`. */
  readonly target: string;
  readonly object?: ObjectRef;
}

interface KubeErrorOptions extends FluxErrorOptions {
  readonly status: number;
  readonly kubeReason: string;
  readonly statusMessage: string;
  readonly causes?: readonly StatusCause[];
  readonly noMatch?: boolean;
  readonly sent?: boolean;
}

const immutable = /\bimmutable\b/;
const schemaMismatch = /^failed to create typed patch object/;

/** A failed request to the API server. */
export class KubeError extends FluxError {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** `Status.reason` of the API server, e.g. `AlreadyExists`; empty when there was no `Status`. */
  readonly kubeReason: string;
  /** The API server's own words, without the verb and the object. */
  readonly statusMessage: string;
  /** Which fields were rejected and why. */
  readonly causes: readonly StatusCause[];
  /** The API server does not serve the kind. */
  readonly noMatch: boolean;
  /** Whether the request may have reached the API server. */
  readonly sent: boolean;

  constructor(code: ErrorCode, message: string, options: KubeErrorOptions) {
    super(code, message, options);
    this.status = options.status;
    this.kubeReason = options.kubeReason;
    this.statusMessage = options.statusMessage;
    this.causes = options.causes ?? [];
    this.noMatch = options.noMatch ?? false;
    this.sent = options.sent ?? true;
  }

  /** The object does not exist, or its kind is not served (see {@link noMatch}). */
  get notFound(): boolean {
    return this.status === 404;
  }
  /** Someone else changed the object, or other field managers own the fields. */
  get conflict(): boolean {
    return this.status === 409 && this.kubeReason !== 'AlreadyExists';
  }
  get alreadyExists(): boolean {
    return this.kubeReason === 'AlreadyExists';
  }
  /** The resourceVersion or continue token is too old. */
  get gone(): boolean {
    return this.status === 410;
  }
  /** The object breaks the rules of its kind. For server-side apply the API server answers 500 to a field of a wrong type. */
  get invalid(): boolean {
    return this.status === 422 || schemaMismatch.test(this.statusMessage);
  }
  get forbidden(): boolean {
    return this.status === 403;
  }
  get unauthorized(): boolean {
    return this.status === 401;
  }
  get tooManyRequests(): boolean {
    return this.status === 429;
  }
  /** The API server, or an API server behind it, is in trouble. */
  get serverFault(): boolean {
    return this.status >= 500;
  }
  /** No answer: connection refused, reset, timed out, or no TLS. */
  get unreachable(): boolean {
    return this.status === 0;
  }
  /** A field that cannot change was changed; only deleting and creating the object again helps. */
  get immutable(): boolean {
    return this.status >= 400 && immutable.test(this.statusMessage);
  }
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'FLUX_E_KUBE_UNAUTHORIZED',
  403: 'FLUX_E_KUBE_FORBIDDEN',
  404: 'FLUX_E_KUBE_NOT_FOUND',
  409: 'FLUX_E_KUBE_CONFLICT',
  410: 'FLUX_E_KUBE_GONE',
  422: 'FLUX_E_KUBE_INVALID',
  429: 'FLUX_E_KUBE_THROTTLED',
};

/** The error for an answer of the API server that is not a success. */
export function statusError(asked: Asked, status: KubeStatus, retryAfterMs?: number): KubeError {
  const code = status.code ?? 500;
  const kubeReason = status.reason ?? '';
  const statusMessage = status.message?.trim() || `the API server answered with HTTP status ${code}`;
  const noMatch = code === 404 && !status.details?.name && unserved.test(statusMessage);
  const hint = hintFor(code, { message: statusMessage, noMatch });
  return new KubeError(
    kubeReason === 'AlreadyExists'
      ? 'FLUX_E_KUBE_ALREADY_EXISTS'
      : codeOf(code, { noMatch, message: statusMessage }),
    `cannot ${asked.verb} ${asked.target}: ${statusMessage}`,
    {
      status: code,
      kubeReason,
      statusMessage,
      noMatch,
      causes: status.details?.causes ?? [],
      ...(hint && { hint }),
      ...(asked.object && { object: asked.object }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  );
}

const unserved = /^(the server could not find the requested resource|404 page not found)/;

function codeOf(code: number, about: { message: string; noMatch: boolean }): ErrorCode {
  if (about.noMatch) return 'FLUX_E_KUBE_NO_MATCH';
  if (schemaMismatch.test(about.message)) return 'FLUX_E_KUBE_INVALID';
  return byStatus[code] ?? (code >= 500 ? 'FLUX_E_KUBE_SERVER' : 'FLUX_E_KUBE_REJECTED');
}

// As the RBAC authorizer words it: User "u" cannot patch resource "deployments" in API group "apps" in the namespace "x"
const rbac =
  /User "(?<user>[^"]+)" cannot (?<verb>\w+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"(?: in the namespace "(?<namespace>[^"]+)")?/;

function hintFor(code: number, about: { message: string; noMatch: boolean }): string | undefined {
  if (code === 401)
    return 'check the token or client certificate in the kubeconfig: it is missing, wrong or expired';
  if (code === 403) {
    const denied = rbac.exec(about.message)?.groups;
    if (!denied) return undefined;
    const resource = denied['group'] ? `${denied['resource']}.${denied['group']}` : denied['resource'];
    const where = denied['namespace']
      ? `in namespace ${denied['namespace']} with a RoleBinding`
      : 'with a ClusterRoleBinding';
    return `allow "${denied['user']}" the verb "${denied['verb']}" on ${resource} ${where}`;
  }
  if (about.noMatch) return 'install the CustomResourceDefinition of this kind, or correct its apiVersion';
  return undefined;
}

/** The error for a kind that the API server does not serve. Worded as client-go does: users search for it. */
export function noMatchError(gvk: GroupVersionKind): KubeError {
  const apiVersion = gvk.group ? `${gvk.group}/${gvk.version}` : gvk.version;
  const message = `no matches for kind "${gvk.kind}" in version "${apiVersion}"`;
  return new KubeError('FLUX_E_KUBE_NO_MATCH', message, {
    status: 404,
    kubeReason: 'NoMatch',
    statusMessage: message,
    noMatch: true,
    hint: 'install the CustomResourceDefinition of this kind, or correct its apiVersion',
  });
}

/** The error for a request without an answer. `sent` tells whether the API server may have seen it. */
export function unreachableError(
  asked: Asked,
  about: { server: string; sent: boolean; cause: unknown },
): KubeError {
  const why = about.cause instanceof Error ? about.cause.message || about.cause.name : String(about.cause);
  return new KubeError(
    'FLUX_E_KUBE_UNREACHABLE',
    `cannot ${asked.verb} ${asked.target}: no answer from the API server at ${about.server}: ${why}`,
    {
      status: 0,
      kubeReason: '',
      statusMessage: why,
      sent: about.sent,
      hint: 'check that the API server runs and that this process may connect to it',
      cause: about.cause,
      ...(asked.object && { object: asked.object }),
    },
  );
}

/** The error for a server whose certificate is not trusted, or that does not trust the client's. Trying again does not help. */
export function untrustedError(asked: Asked, about: { server: string; cause: Error }): KubeError {
  return new KubeError(
    'FLUX_E_KUBE_TLS',
    `cannot ${asked.verb} ${asked.target}: no TLS connection to ${about.server}: ${about.cause.message}`,
    {
      status: 0,
      kubeReason: '',
      statusMessage: about.cause.message,
      sent: false,
      hint: 'check certificate-authority-data, tls-server-name and the client certificate in the kubeconfig',
      cause: about.cause,
      ...(asked.object && { object: asked.object }),
    },
  );
}

/** The error for an answer that is not what the Kubernetes API promises. */
export function malformedError(asked: Asked, what: string, cause?: unknown): KubeError {
  return new KubeError('FLUX_E_KUBE_MALFORMED', `cannot ${asked.verb} ${asked.target}: ${what}`, {
    status: 502,
    kubeReason: '',
    statusMessage: what,
    hint: 'check that the server address is that of a Kubernetes API server, and no proxy answers in its place',
    ...(cause !== undefined && { cause }),
    ...(asked.object && { object: asked.object }),
  });
}

/** The error for a kubeconfig that cannot be used. */
export function kubeconfigError(what: string, hint: string, cause?: unknown): FluxError {
  return new FluxError('FLUX_E_KUBECONFIG', what, { hint, ...(cause !== undefined && { cause }) });
}

export type KubeProperty =
  | 'notFound'
  | 'conflict'
  | 'alreadyExists'
  | 'gone'
  | 'invalid'
  | 'forbidden'
  | 'unauthorized'
  | 'noMatch'
  | 'unreachable'
  | 'immutable'
  | 'tooManyRequests'
  | 'serverFault';

/** Whether the error is a {@link KubeError} with the property, e.g. `isKube(error, 'notFound')`. */
export function isKube(error: unknown, is: KubeProperty): error is KubeError {
  return error instanceof KubeError && error[is];
}
