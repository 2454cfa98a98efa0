import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { formatDuration, parseDuration } from '../../duration/duration.ts';
import type { FluxError } from '../../errors/flux-error.ts';
import { clone } from '../../json.ts';
import type { PluginFile } from '../../plugins/directories.ts';
import { requestedAt } from '../annotations.ts';
import { deleteCondition, getCondition, isReady, markFailed, setCondition } from '../conditions.ts';
import { jitter } from '../jitter.ts';
import { markProgress } from '../summary.ts';
import type { Context, Reconciler, Result } from '../types.ts';
import { attempt, type PluginOptions } from './attempt.ts';
import { conflicting, failedAs, rolledBack } from './errors.ts';
import { inspect } from './install.ts';
import type { InstallRecord } from './record.ts';
import { revisionOf } from './resolve.ts';
import { showModule, showState } from './status.ts';

/** What is known of an object between its attempts. */
interface Memory {
  /** When to ask the registry again; until then only the state is shown. `performance.now()` */
  nextAt: number;
  /** Why the newest attempt did not install what the spec means. */
  problem: FluxError | undefined;
}

/** A reconciler whose memory can be told that it is out of date. */
export interface PluginReconciler extends Reconciler<Plugin> {
  /** Something that an object depends on changed: it is looked at as a whole when it is woken next. */
  outdate(name: string): void;
}

/** Installs plugins from registries and shows how they do. */
export function createPluginReconciler(options: PluginOptions): PluginReconciler {
  const memories = new Map<string, Memory>();
  const memoryOf = (name: string): Memory => {
    const found = memories.get(name) ?? { nextAt: 0, problem: undefined };
    memories.set(name, found);
    return found;
  };
  return {
    outdate: (name) => {
      memoryOf(name).nextAt = 0;
    },
    reconcile: (context) => reconcile(options, context, memoryOf(context.key.name)),
    async finalize({ key: { name } }) {
      memories.delete(name);
      options.plugins.uninstall(name);
      await options.library.update(name, () => undefined);
    },
  };
}

async function reconcile(options: PluginOptions, context: Context<Plugin>, memory: Memory): Promise<Result> {
  const { object } = context;
  const before = clone(object);
  const changed =
    object.status?.observedGeneration !== object.metadata.generation ||
    object.status?.lastHandledReconcileAt !== requestedAt(object);
  const left = memory.nextAt - performance.now();
  if (!changed && left > 0) {
    await show(options, context, memory);
    announce(context, before);
    return { requeueAfterMs: left };
  }
  object.status ??= {};
  markProgress(object, 'reconciliation in progress', false);
  context.progress();
  memory.nextAt = 0;
  try {
    memory.problem = undefined;
    await attempt(options, context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    memory.problem = failedAs(error, 'InstallFailed');
  }
  const interval = jitter(parseDuration(object.spec.interval ?? '10m'), options.jitterPercentage);
  await show(options, context, memory);
  announce(context, before);
  const { problem } = memory;
  if (problem && (problem.terminal || passes(problem))) throw problem;
  memory.nextAt = performance.now() + interval;
  // What is wrong with the plugin itself stays wrong until something is changed.
  if (problem) {
    context.log.error(
      problem,
      `plugin is not installed as it should be, looked at again in ${formatDuration(interval)}`,
    );
  }
  return { requeueAfterMs: interval };
}

/** Worth another attempt soon: what is away now may be back in a moment. */
function passes({ code }: FluxError): boolean {
  return /^FLUX_E_(OCI_|EGRESS_|SECRET$|PLUGIN_PULL$|PLUGIN_STORAGE$|KUBE_)/.test(code);
}

/** Writes everything that is known into the status. */
async function show(options: PluginOptions, { object }: Context<Plugin>, memory: Memory): Promise<void> {
  const { plugins, library, redactor } = options;
  const { name } = object.metadata;
  const state = plugins.state(name);
  let record = await library.read(name);
  if (record?.previous && state.proven && state.digest === record.current?.digest) {
    record = await library.update(name, (known) => known && withoutPrevious(known));
  }
  const module = await moduleOf(options, object, record);
  if (record?.current && module) showModule(object, record.current, module);
  showState(object, state, (text) => redactor.redact(text));
  const problem = memory.problem ?? problemOf(options, record, name);
  if (problem) fail(object, problem, record);
  else succeed(object, { record, replaces: plugins.builtIn(name) !== undefined });
  object.status = { ...object.status, observedGeneration: object.metadata.generation ?? 0 };
}

/** What keeps an installed plugin from being used as the spec means it. */
function problemOf(
  { plugins }: PluginOptions,
  record: InstallRecord | undefined,
  name: string,
): FluxError | undefined {
  const { conflict } = plugins.state(name);
  if (conflict) {
    const { use, owner, builtIn } = conflict;
    return conflicting(`${use.kind} "${use.type}"`, owner, builtIn);
  }
  const { rejected, current } = record ?? {};
  return rejected && current && rolledBack(rejected.digest, current.digest, rejected.message);
}

function fail(object: Plugin, problem: FluxError, record: InstallRecord | undefined): void {
  const { current } = record ?? {};
  const reason = problem.reason ?? 'InstallFailed';
  const inUse = current && problem.reason !== 'Conflict' && problem.reason !== 'RolledBack';
  const message = inUse ? `${problem.text}; version ${current.version} stays installed` : problem.text;
  setCondition(object, { type: 'Ready', status: 'False', reason, message });
  markFailed(object, { reason, message, terminal: problem.terminal });
  if (!passes(problem) && !problem.terminal) deleteCondition(object, 'Reconciling');
}

function succeed(
  object: Plugin,
  { record, replaces }: { record: InstallRecord | undefined; replaces: boolean },
): void {
  const { current } = record ?? {};
  if (!current) return;
  const { image: digest, tag, version } = current;
  const revision = revisionOf({ digest, ...(tag ? { tag } : {}) });
  const note = replaces ? ', in place of the built-in plugin of this name' : '';
  setCondition(object, {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: `installed version ${version} from ${revision}${note}`,
  });
  deleteCondition(object, 'Reconciling');
  deleteCondition(object, 'Stalled');
}

/** Tells what is new: another state of Ready, or another module. */
function announce({ object, event, log }: Context<Plugin>, before: Plugin): void {
  const ready = getCondition(object, 'Ready');
  const old = getCondition(before, 'Ready');
  if (!ready || (ready.status === old?.status && ready.message === old.message)) return;
  const { reason, message } = ready;
  if (ready.status === 'False') event({ type: 'Warning', reason, message });
  if (ready.status !== 'True' || (isReady(before) && before.status?.digest === object.status?.digest)) return;
  event({ type: 'Normal', reason, message });
  log.info(message, { digest: object.status?.digest });
}

async function moduleOf(
  options: PluginOptions,
  object: Plugin,
  record: InstallRecord | undefined,
): Promise<PluginFile | undefined> {
  const { current } = record ?? {};
  if (!current || object.status?.digest === current.digest) return undefined;
  return inspect(object, current.digest, options).catch(() => undefined);
}

function withoutPrevious({ previous: _proven, ...rest }: InstallRecord): InstallRecord {
  return rest;
}
