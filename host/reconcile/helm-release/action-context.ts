import { formatDuration } from '../../duration/duration.ts';
import type { ActionContext, ActionSettings } from '../../helm/actions/context.ts';
import { markReconciling } from '../conditions.ts';
import { Superseded } from '../controller.ts';
import type { ActionName } from './next.ts';
import type { Run } from './run.ts';
import {
  detectsDrift,
  installSettings,
  rollbackSettings,
  testSettings,
  uninstallSettings,
  upgradeSettings,
  waitsAsHelm3,
} from './settings.ts';

/** The line of the condition Reconciling while an action runs. */
export function runningText(run: Pick<Run, 'context'>, action: ActionName): string {
  const { timeoutMs } = settingsOf(run, action);
  return `Running '${action}' action with timeout of ${formatDuration(timeoutMs)}`;
}

function settingsOf({ context: { object } }: Pick<Run, 'context'>, action: ActionName): ActionSettings {
  switch (action) {
    case 'install':
      return installSettings(object);
    case 'test':
      return testSettings(object);
    case 'rollback':
      return rollbackSettings(object);
    case 'uninstall':
      return uninstallSettings(object);
    default:
      return upgradeSettings(object);
  }
}

/** What an action needs of the attempt. A request alone does not end its waits: only what makes it another release does. */
export function actionContext(
  run: Pick<
    Run,
    | 'context'
    | 'options'
    | 'name'
    | 'namespace'
    | 'storage'
    | 'client'
    | 'identity'
    | 'readHealth'
    | 'actionLog'
  >,
  action: ActionName,
): ActionContext {
  const { context, options, name, namespace, storage, client, identity, readHealth, actionLog } = run;
  const { object, key, signal, superseded, log } = context;
  const cancel = new AbortController();
  const onSuperseded = () => {
    const { reason } = superseded;
    if (!(reason instanceof Superseded && reason.message === 'a reconcile request')) cancel.abort(reason);
  };
  if (options.cancelHealthChecks && superseded.aborted) onSuperseded();
  else if (options.cancelHealthChecks) superseded.addEventListener('abort', onSuperseded, { once: true });
  return {
    owner: key,
    name,
    namespace,
    storage,
    client,
    identity,
    applier: options.applier,
    detectsDrift: detectsDrift(object),
    overrideManagers: options.overrideManagers,
    waitsAsHelm3: waitsAsHelm3(object, options.helm3Defaults),
    ...(readHealth ? { readHealth } : {}),
    signal,
    cancel: cancel.signal,
    waiting: (work) => context.waiting(work),
    progress(step) {
      actionLog.append(step);
      markReconciling(object, 'Progressing', `${runningText(run, action)}: ${step}`);
      context.progress();
    },
    log(message) {
      actionLog.append(message);
      log.info(message);
    },
  };
}
