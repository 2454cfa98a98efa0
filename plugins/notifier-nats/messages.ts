import { PluginError } from '@flux-host/sdk/typescript';

/** What a server tells of itself. */
export interface Info {
  readonly tlsRequired: boolean;
  /** To be signed; empty when the server wants no signature. */
  readonly nonce: string;
  /** Bytes; 0 when it is not known. */
  readonly maxPayload: number;
}

/**
 * Reads the first line of a server.
 * @throws PluginError when it is not one of NATS
 */
export function infoOf(line: string): Info {
  const [, json] = /^INFO\s+(.*)$/.exec(line) ?? [];
  const refusal = refusalOf(line);
  if (refusal) throw refusal;
  if (json === undefined) throw new PluginError('it is no NATS server');
  const info: unknown = JSON.parse(json);
  const fields: Readonly<Record<string, unknown>> =
    typeof info === 'object' && info !== null ? { ...info } : {};
  const { tls_required: required, nonce, max_payload: maxPayload } = fields;
  return {
    tlsRequired: required === true,
    nonce: typeof nonce === 'string' ? nonce : '',
    maxPayload: typeof maxPayload === 'number' ? maxPayload : 0,
  };
}

/** What cannot get better by itself. */
const final =
  /authori[sz]ation violation|authentication|permissions violation|invalid subject|maximum payload/i;

/** The error that a line stands for; undefined for other lines. */
export function refusalOf(line: string): PluginError | undefined {
  const [, text] = /^-ERR\s+'?(.*?)'?$/.exec(line) ?? [];
  if (text === undefined) return undefined;
  return new PluginError(`nats: ${text}`, {
    ...(final.test(text)
      ? { terminal: true, hint: 'check the Secret of the Provider, and what its user may publish to' }
      : {}),
  });
}
