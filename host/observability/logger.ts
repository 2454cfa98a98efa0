import pino, { type DestinationStream } from 'pino';
import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { consoleLine } from './console.ts';
import type { Redactor } from './redact.ts';

/** Values of `--log-level`. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Values of `--log-encoding`. */
export const LOG_ENCODINGS = ['json', 'console'] as const;
export type LogEncoding = (typeof LOG_ENCODINGS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes lines as Flux's controllers do, so that `flux logs` and existing parsers read them. */
export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  /** The error's text goes into `error`, its code into `code`; a stack trace is added at the levels debug and trace only. */
  error(error: unknown, message: string, fields?: LogFields): void;
  /** A logger whose every line carries the fields. */
  child(fields: LogFields): Logger;
  /** Writes what is buffered, at once; for the last words before an exit. */
  flush(): void;
}

export interface LoggerOptions {
  readonly encoding?: LogEncoding;
  readonly level?: LogLevel;
  /** Every line passes through it, whatever it carries. */
  readonly redactor: Redactor;
  /** Default: standard error, as in Flux. */
  readonly destination?: DestinationStream;
}

/** Lines that wait while standard error is blocked; beyond, new ones are dropped rather than memory filled. */
const MAX_BUFFER_BYTES = 16 * 1024 * 1024;

/** Lines are written together once there are so many bytes, or after so many milliseconds: a write for each line costs more than the line. */
const WRITE_BYTES = 4096;
const WRITE_MS = 50;

/** The process' logger. Fields: `level`, `ts` (RFC 3339, milliseconds, UTC), `msg`, then those of the caller. */
export function createLogger({
  encoding = 'json',
  level = 'info',
  redactor,
  destination,
}: LoggerOptions): Logger {
  const stderr = destination
    ? undefined
    : pino.destination({ fd: 2, sync: false, minLength: WRITE_BYTES, maxLength: MAX_BUFFER_BYTES });
  const writeSoon = stderr ? soon(() => stderr.flush(() => {})) : () => {};
  const line = encoding === 'json' ? (text: string) => text : consoleLine;
  const root = pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        streamWrite(text) {
          writeSoon();
          return redactor.redact(line(text));
        },
      },
    },
    destination ?? stderr!,
  );
  const withStack = level === 'debug' || level === 'trace';
  const wrap = (target: pino.Logger): Logger => ({
    trace: (message, fields) => target.trace(fields ?? {}, message),
    debug: (message, fields) => target.debug(fields ?? {}, message),
    info: (message, fields) => target.info(fields ?? {}, message),
    error: (error, message, fields) => target.error({ ...fields, ...errorFields(error, withStack) }, message),
    child: (fields) => wrap(target.child(fields)),
    flush: () => stderr?.flushSync(),
  });
  return wrap(root);
}

/** Runs `work` once, a moment after the first of several calls. */
function soon(work: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      work();
    }, WRITE_MS);
    timer.unref();
  };
}

function errorFields(error: unknown, withStack: boolean): LogFields {
  return {
    error: errorText(error),
    ...(error instanceof FluxError ? { code: error.code } : {}),
    ...(withStack && error instanceof Error ? { stacktrace: error.stack } : {}),
  };
}

export interface ReconcileFields {
  readonly controller: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly reconcileID: string;
}

/** The fields that controller-runtime gives to every line of a reconcile. */
export function reconcileFields({
  controller,
  group,
  kind,
  namespace,
  name,
  reconcileID,
}: ReconcileFields): LogFields {
  return {
    controller,
    controllerGroup: group,
    controllerKind: kind,
    [kind]: { name, namespace },
    namespace,
    name,
    reconcileID,
  };
}
