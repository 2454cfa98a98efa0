import type { TSchema } from 'typebox';
import { BuildRequest, BuildResponse } from './builder.ts';
import {
  AssembleRequest,
  AssembleResponse,
  ComposeRequest,
  ComposeResponse,
  InspectRequest,
  InspectResponse,
  ObserveRequest,
  ObserveResponse,
  PackageRequest,
  PackageResponse,
  RenderRequest,
  RenderResponse,
} from './chart.ts';
import { CommandRequest, CommandResponse } from './command.ts';
import { DecryptRequest, DecryptResponse } from './decryptor.ts';
import type { PluginKind } from './manifest.ts';
import { NotifyRequest, NotifyResponse } from './notifier.ts';
import { SelectRequest, SelectResponse } from './policy.ts';
import { ReceiveRequest, ReceiveResponse } from './receiver.ts';
import { FetchResponse, ResolveResponse, SourceRequest } from './source.ts';
import { VerifyRequest, VerifyResponse } from './verification.ts';

/** One exported function: what it is given and what it has to answer. */
export interface Operation {
  readonly request: TSchema;
  readonly response: TSchema;
  /** In one sentence, for the reference documentation. */
  readonly about: string;
  /** A plugin of the kind need not export it. */
  readonly optional?: true;
}

/** Every operation of every kind, by the name of the exported function. */
export const operations = {
  source: {
    resolve: {
      request: SourceRequest,
      response: ResolveResponse,
      about: 'Asks the remote where it stands; cheap, called at every interval',
    },
    fetch: {
      request: SourceRequest,
      response: FetchResponse,
      about: 'Writes the tree of the revision below `/out`; called only when the revision moved',
    },
    verify: {
      request: VerifyRequest,
      response: VerifyResponse,
      about: 'Checks one signature of what was fetched; only sources that can be verified export it',
      optional: true,
    },
  },
  builder: {
    build: {
      request: BuildRequest,
      response: BuildResponse,
      about:
        'Makes Kubernetes objects of the tree at `/in`; a function of its input, since its result is kept',
    },
  },
  chart: {
    inspect: { request: InspectRequest, response: InspectResponse, about: 'Tells what is in a chart' },
    package: {
      request: PackageRequest,
      response: PackageResponse,
      about: 'Writes the archive of a chart below `/out`, complete and with the values that are asked for',
    },
    compose: {
      request: ComposeRequest,
      response: ComposeResponse,
      about: 'Merges values of several places',
    },
    render: {
      request: RenderRequest,
      response: RenderResponse,
      about: 'Runs the templates of a chart with the values of a release',
    },
    assemble: {
      request: AssembleRequest,
      response: AssembleResponse,
      about: 'Makes the manifest of a release of what `render` gave and the host has changed',
    },
    observe: {
      request: ObserveRequest,
      response: ObserveResponse,
      about: 'Computes digests that tell whether a release in storage was changed',
    },
  },
  notifier: {
    notify: { request: NotifyRequest, response: NotifyResponse, about: 'Delivers one event to one service' },
  },
  policy: {
    select: {
      request: SelectRequest,
      response: SelectResponse,
      about: 'Chooses one of the tags of an image',
    },
  },
  decryptor: {
    decrypt: {
      request: DecryptRequest,
      response: DecryptResponse,
      about: 'Unwraps the data key of a SOPS file',
    },
  },
  receiver: {
    receive: {
      request: ReceiveRequest,
      response: ReceiveResponse,
      about: 'Checks a webhook and says what it tells',
    },
  },
  command: {
    run: { request: CommandRequest, response: CommandResponse, about: 'Runs a command of the command line' },
  },
} as const satisfies Readonly<Record<PluginKind, Readonly<Record<string, Operation>>>>;
