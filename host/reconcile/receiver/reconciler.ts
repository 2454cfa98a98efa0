import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { formatDuration, parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { noSuchPlugin } from '../../plugins/errors.ts';
import type { Plugins } from '../../plugins/types.ts';
import { readReceiverSecret, type SecretReader } from '../../receivers/secret.ts';
import { webhookPath } from '../../receivers/webhook-path.ts';
import { deleteCondition, isReady, markFailed, markReconciling, setCondition } from '../conditions.ts';
import type { Context, Reconciler, Result } from '../types.ts';
import { checkSpec } from './check-spec.ts';

export interface ReceiverReconcilerOptions extends SecretReader {
  readonly plugins: Pick<Plugins, 'find' | 'list'>;
}

const terminalPrefix = 'Reconciliation failed terminally due to configuration error';

/** Gives every Receiver the path that its requests have to be sent to. */
export function createReceiverReconciler(options: ReceiverReconcilerOptions): Reconciler<Receiver> {
  return {
    reconcile: (context) => reconcile(options, context),
    finalize: async () => {},
  };
}

async function reconcile(options: ReceiverReconcilerOptions, context: Context<Receiver>): Promise<Result> {
  const { object, key, log, event } = context;
  const before = { ready: isReady(object), path: object.status?.webhookPath };
  markReconciling(object, 'Progressing', 'Reconciliation in progress');
  try {
    checkSpec(object);
    const path = webhookPath(await readToken(options, context), key);
    checkPlugin(options, object);
    const intervalMs = parseDuration(object.spec.interval ?? '10m');
    deleteCondition(object, 'Reconciling');
    setCondition(object, {
      type: 'Ready',
      status: 'True',
      reason: 'Succeeded',
      message: `Receiver initialized for path: ${path}`,
    });
    object.status = {
      ...object.status,
      webhookPath: path,
      observedGeneration: object.metadata.generation ?? 0,
    };
    if (!before.ready || before.path !== path) {
      await context.patch();
      const message = `Reconciliation finished, next run in ${formatDuration(intervalMs)}`;
      log.info(message);
      event({ type: 'Normal', reason: 'Succeeded', message });
    }
    return { requeueAfterMs: intervalMs };
  } catch (error) {
    if (!context.signal.aborted) fail(context, error);
    throw error;
  }
}

/** The token that the path is made of; none for generic-oidc, whose requests bring their own. */
async function readToken(
  options: ReceiverReconcilerOptions,
  { object, key: { namespace }, signal }: Context<Receiver>,
): Promise<Uint8Array> {
  const { secretRef } = object.spec;
  if (!secretRef) return new Uint8Array();
  const { token } = await readReceiverSecret(options, { namespace, name: secretRef.name }, signal);
  return Buffer.from(token, 'base64');
}

/** A Receiver that nobody can check requests for is not ready: its sender would learn it too late. */
function checkPlugin({ plugins }: ReceiverReconcilerOptions, { spec: { type } }: Receiver): void {
  if (plugins.find('receiver', type)) return;
  const installed = plugins
    .list()
    .flatMap(({ manifest }) => manifest.provides)
    .filter(({ kind }) => kind === 'receiver');
  throw noSuchPlugin(
    `for receiver "${type}"`,
    installed.map((provided) => provided.type),
  );
}

function fail({ object, event }: Context<Receiver>, error: unknown): void {
  const reason = (error instanceof FluxError && error.reason) || 'Failed';
  const terminal = error instanceof FluxError && error.terminal;
  const message = terminal ? `${terminalPrefix}: ${errorText(error)}` : errorText(error);
  setCondition(object, { type: 'Ready', status: 'False', reason, message });
  markFailed(object, { reason, message, terminal });
  // As in Flux: without a token there is no path.
  if (reason === 'TokenNotFound' && object.status) delete object.status.webhookPath;
  event({ type: 'Warning', reason: terminal ? reason : 'Failed', message });
}
