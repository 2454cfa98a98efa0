import type { BuildRequest } from '../../contract/builder.ts';
import type { CommandRequest } from '../../contract/command.ts';
import type { DecryptRequest } from '../../contract/decryptor.ts';
import type { NotifyRequest } from '../../contract/notifier.ts';
import type { SelectRequest } from '../../contract/policy.ts';
import type { ReceiveRequest } from '../../contract/receiver.ts';
import type { SourceRequest } from '../../contract/source.ts';
import type { VerifyRequest } from '../../contract/verification.ts';
import { configOf } from './config.ts';
import type {
  Answer,
  BuilderParts,
  CommandParts,
  DecryptorParts,
  NotifierParts,
  Operation,
  PolicyParts,
  ReceiverParts,
  SourceParts,
} from './definition.ts';
import { decodeBase64, decodeUtf8, encodeBase64 } from './encoding.ts';
import { PluginError } from './plugin-error.ts';
import type { ConfigSchema } from './requests.ts';
import { secretOf } from './secret.ts';

type Operations = Readonly<Record<string, Operation>>;

/** The host sends what the contract says; the type parameter is that of the contract. */
function operation<Request extends object>(handle: (request: Request) => Answer<unknown>): Operation {
  const isRequest = (value: unknown): value is Request => typeof value === 'object' && value !== null;
  return (request) => {
    if (!isRequest(request)) throw new TypeError('the input of the call is no JSON object');
    return handle(request);
  };
}

export function notifierOperations<S extends ConfigSchema | undefined, K extends string>(
  parts: NotifierParts<S, K>,
): Operations {
  return {
    notify: operation<NotifyRequest>(async ({ secret, ...request }) => {
      const config = configOf(parts.config as S, request.provider.config);
      return (await parts.notify({ ...request, config, secret: secretOf(secret) })) ?? {};
    }),
  };
}

export function sourceOperations<S extends ConfigSchema | undefined, K extends string>(
  parts: SourceParts<S, K>,
): Operations {
  const call = ({ secret, ...request }: SourceRequest) => ({
    ...request,
    config: configOf(parts.config as S, request.spec['config']),
    secret: secretOf(secret),
  });
  return {
    resolve: operation<SourceRequest>((request) => parts.resolve(call(request))),
    fetch: operation<SourceRequest>((request) => parts.fetch(call(request))),
    ...(parts.verify && { verify: operation<VerifyRequest>(parts.verify) }),
  };
}

export function builderOperations<S extends ConfigSchema | undefined>(parts: BuilderParts<S>): Operations {
  return {
    build: operation<BuildRequest>((request) =>
      parts.build({ ...request, config: configOf(parts.config as S, request.config) }),
    ),
  };
}

export function policyOperations<S extends ConfigSchema | undefined>(parts: PolicyParts<S>): Operations {
  return {
    select: operation<SelectRequest>((request) =>
      parts.select({ ...request, config: configOf(parts.config as S, request.config) }),
    ),
  };
}

export function receiverOperations<K extends string>(parts: ReceiverParts<K>): Operations {
  return {
    receive: operation<ReceiveRequest>(({ secret, ...request }) => {
      const body = decodeBase64(request.body);
      const text = () => decodeUtf8(body);
      return parts.receive({
        ...request,
        body,
        secret: secretOf(secret),
        header: (name) => request.headers[name.toLowerCase()]?.[0],
        text,
        json: () => parseBody(text()),
      });
    }),
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PluginError('the body of the webhook is not JSON', { cause });
  }
}

export function decryptorOperations<K extends string>(parts: DecryptorParts<K>): Operations {
  return {
    decrypt: operation<DecryptRequest>(async ({ secret, ...request }) => {
      const { dataKey } = await parts.decrypt({ ...request, secret: secretOf(secret) });
      return { dataKey: encodeBase64(dataKey) };
    }),
  };
}

export function commandOperations(parts: CommandParts): Operations {
  return {
    run: operation<CommandRequest>(({ stdin, ...request }) =>
      parts.run(stdin === undefined ? request : { ...request, stdin: decodeBase64(stdin) }),
    ),
  };
}
