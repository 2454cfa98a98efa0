import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { Redactor } from '../observability/redact.ts';
import type { Plugins } from '../plugins/types.ts';

/** Verified claims of a JSON Web Token. */
export type Claims = Readonly<Record<string, unknown>>;

/** What a token has to be. */
export interface TokenCheck {
  readonly token: string;
  /** One of these has issued it. */
  readonly issuers: readonly string[];
  /** It is meant for one of these. */
  readonly audiences: readonly string[];
  readonly signal: AbortSignal;
}

/** Checks signature, issuer, audience and time of tokens. */
export interface TokenVerifier {
  /** @throws FluxError FLUX_E_RECEIVER_TOKEN when the token is not good, FLUX_E_RECEIVER_ISSUER when nobody can tell */
  verify(check: TokenCheck): Promise<Claims>;
}

/** A request as it came, its body complete. */
export interface WebhookRequest {
  readonly method: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

/** What a request turned out to be. */
export interface Webhook {
  /** Of the token, for receivers of type generic-oidc. */
  readonly claims?: Claims;
  /** `req` of the filters, if the plugin gave another one than the body. */
  readonly payload?: unknown;
}

/** What webhooks are handled with. */
export interface ReceiverServices {
  readonly client: KubeClient;
  readonly redactor: Redactor;
  readonly plugins: Pick<Plugins, 'call'>;
  readonly tokens: TokenVerifier;
  readonly noCrossNamespaceRefs: boolean;
  readonly log: Logger;
}

/** The Receiver that a path belongs to, as it is now. */
export type FindReceiver = (path: string) => Receiver | undefined;
