import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { createConfigCheck } from '@flux-host/host/plugins/config/check.ts';
import { egressOf, grantsOfRequests, secretEntries, visibleSecret } from '@flux-host/host/plugins/grants.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { LoadedPlugin } from '@flux-host/host/sandbox/types.ts';
import Value from 'typebox/value';
import { examples } from '../contract/examples/index.ts';
import { kindExports, type PluginKind } from '../contract/manifest.ts';
import { type Operation, operations } from '../contract/operations.ts';
import { moduleBytes, type PluginSource } from './module.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { temporaryTree } from './trees.ts';
import type { OpenPlugin, RunFailure, RunOptions, RunResult } from './types.ts';

const longestMs = 60_000;
const tenant = 'default';

/**
 * Loads a plugin into the host's own sandbox. It gets what it requests, as if an administrator had granted all of it.
 * @param source bytes, a `.wasm` file, or the entry of a plugin in TypeScript
 * @throws FluxError FLUX_E_PLUGIN_… when the host would not load it
 */
export async function openPlugin(source: PluginSource): Promise<OpenPlugin> {
  const log: string[] = [];
  const sandboxOf = (recorder?: Recorder) =>
    createSandbox({
      egress: recorder?.egress ?? createEgress(),
      slots: 1,
      log: ({ level, message }) => log.push(`${level}: ${message}`),
    });
  const recorder = await startRecorder((request) => respond?.(request));
  let respond: RunOptions['respond'];
  const recording = sandboxOf(recorder);
  let live: ReturnType<typeof createSandbox> | undefined;
  const close = async () => {
    await Promise.all([recording.close(), live?.close(), recorder.close()]);
  };
  let plugin: LoadedPlugin;
  try {
    plugin = await recording.load(await moduleBytes(source));
  } catch (error) {
    await close();
    throw error;
  }
  const configs = createConfigCheck();
  return {
    manifest: plugin.manifest,
    digest: plugin.digest,
    size: plugin.size,
    exports: plugin.exports,
    close,
    async run(options = {}) {
      const call = callOf(plugin, options);
      configs.check(plugin, call);
      respond = options.respond;
      const from = { requests: recorder.requests.length, log: log.length };
      if (options.live) live ??= sandboxOf();
      const outcome = await runCall(options.live && live ? live : recording, { plugin, call, options });
      return {
        ...outcome,
        requests: recorder.requests.slice(from.requests),
        log: log.slice(from.log),
      };
    },
  };
}

/** Calls a plugin once and lets go of it; see {@link openPlugin}. */
export async function runPlugin(source: PluginSource, options: RunOptions = {}): Promise<RunResult> {
  const plugin = await openPlugin(source);
  try {
    return await plugin.run(options);
  } finally {
    await plugin.close();
  }
}

interface Call {
  readonly kind: PluginKind;
  readonly type: string;
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly address?: string;
}

function callOf({ manifest }: LoadedPlugin, options: RunOptions): Call {
  const use = manifest.provides.find(({ kind }) => !options.kind || kind === options.kind);
  if (!use) throw new TypeError(`plugin ${manifest.name} provides no ${options.kind}`);
  const { kind } = use;
  const operation = options.operation ?? kindExports[kind][0] ?? '';
  const contract: Readonly<Record<string, Operation>> = operations[kind];
  const schema = contract[operation]?.request;
  if (!schema) {
    throw new TypeError(`a ${kind} has no operation "${operation}": ${Object.keys(contract).join(', ')}`);
  }
  const request = options.request ?? exampleOf(kind, operation);
  const [problem] = Value.Errors(schema, request);
  if (problem) {
    const field = problem.instancePath.slice(1).replaceAll('/', '.') || 'it';
    throw new TypeError(`the request is none of "${operation}": ${field} ${problem.message}`);
  }
  const config = recordAt(request, ...configPath[kind]);
  const address = options.address ?? textAt(request, 'provider', 'address');
  const type = textAt(request, 'provider', 'type') ?? use.type;
  return {
    kind,
    type: manifest.provides.some((each) => each.kind === kind && each.type === type) ? type : use.type,
    operation,
    request,
    ...(config && { config }),
    ...(address !== undefined && { address }),
  };
}

/** Where users write the settings of a plugin, in the request of each kind. */
const configPath: Readonly<Record<PluginKind, readonly string[]>> = {
  notifier: ['provider', 'config'],
  source: ['spec', 'config'],
  builder: ['config'],
  chart: ['config'],
  policy: ['config'],
  receiver: ['config'],
  decryptor: ['config'],
  command: ['config'],
};

function exampleOf(kind: PluginKind, operation: string): Readonly<Record<string, unknown>> {
  const found = examples[kind].find((each) => each.operation === operation)?.request;
  return isRecord(found) ? found : {};
}

async function runCall(
  sandbox: ReturnType<typeof createSandbox>,
  { plugin, call, options }: { plugin: LoadedPlugin; call: Call; options: RunOptions },
): Promise<Pick<RunResult, 'output' | 'failure' | 'files' | 'durationMs'>> {
  const grants = grantsOfRequests(plugin.manifest);
  const secret = encoded(options.secret);
  const use = {
    ...(secret && { secret }),
    ...(call.address !== undefined && { address: call.address }),
    ...(options.tls && { tls: options.tls }),
  };
  const seen = secret ? visibleSecret(grants, use) : undefined;
  const source = temporaryTree();
  const out = temporaryTree();
  const began = performance.now();
  try {
    if (options.files) source.write(options.files);
    const result = await sandbox.call<unknown>({
      plugin,
      export: call.operation,
      input: {
        ...(call.kind === 'notifier' && { secretEntries: secretEntries(grants, use), hasIdentity: false }),
        ...call.request,
        ...(seen && { secret: seen }),
      },
      tenant,
      mounts: { '/in': options.folder ?? source.path },
      out: out.path,
      egress: egressOf(plugin.manifest.name, grants, use),
      limits: { timeoutMs: options.timeoutMs ?? longestMs },
      ...(options.signal && { signal: options.signal }),
    });
    return { output: result.output, files: out.read(), durationMs: result.durationMs };
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const durationMs = performance.now() - began;
    return { output: undefined, failure: failureOf(error), files: out.read(), durationMs };
  } finally {
    source.remove();
    out.remove();
  }
}

function failureOf({ code, message, reason, hint, terminal, retryAfterMs }: FluxError): RunFailure {
  return {
    code,
    message,
    ...(reason !== undefined && { reason }),
    ...(hint !== undefined && { hint }),
    terminal,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function encoded(secret: RunOptions['secret']): Record<string, string> | undefined {
  if (!secret) return undefined;
  return Object.fromEntries(
    Object.entries(secret).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, step) => (isRecord(found) ? found[step] : undefined), value);
}

function recordAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  const found = at(value, path);
  return isRecord(found) ? found : undefined;
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}
