import { FluxError } from '@flux-host/host/errors/flux-error.ts';

/** A port that was asked for is taken. */
export function portInUse(port: number, purpose: string): FluxError {
  return new FluxError(
    'FLUX_E_LOCAL_PORT_IN_USE',
    `port ${port} on 127.0.0.1, wanted for the ${purpose}, is used by another process`,
    { hint: 'stop that process, or choose another port with --port' },
  );
}

/** No run of free ports was found. */
export function noFreePort(): FluxError {
  return new FluxError(
    'FLUX_E_LOCAL_NO_FREE_PORT',
    'found no free port on 127.0.0.1 between 20000 and 29999',
    {
      hint: 'name one with --port, or stop clusters that are no longer needed',
    },
  );
}

/** A component's process ended although it should run. */
export function componentCrashed(component: string, log: string, lastLines: string): FluxError {
  return new FluxError(
    'FLUX_E_LOCAL_COMPONENT_CRASHED',
    `${component} stopped right after it was started; the end of ${log}:\n${lastLines || '(the log is empty)'}`,
    { hint: 'the last lines of the log usually say why' },
  );
}

/** A component runs but did not become healthy. */
export function notReady(what: string, seconds: number, log: string, lastLines: string): FluxError {
  return new FluxError(
    'FLUX_E_LOCAL_NOT_READY',
    `${what} after ${seconds} s; the end of ${log}:\n${lastLines || '(the log is empty)'}`,
    { hint: 'a machine under heavy load may only need another `npm run local -- up`' },
  );
}

/** The control plane was not built and no other is there. */
export function binaryMissing(component: string, path: string): FluxError {
  return new FluxError('FLUX_E_LOCAL_BINARY_MISSING', `${component} is not there: ${path} does not exist`, {
    hint: '`npm run local -- up` builds it; or point KUBEBUILDER_ASSETS at a folder with etcd and kube-apiserver',
  });
}

/** Another process is starting or stopping a control plane in the same directory. */
export function busy(dir: string, pid: number): FluxError {
  return new FluxError(
    'FLUX_E_LOCAL_BUSY',
    `process ${pid} is starting or stopping the control plane in ${dir}`,
    {
      hint: 'wait for it, or use another directory with --dir',
    },
  );
}

/** There is no control plane in the directory. */
export function notRunning(dir: string): FluxError {
  return new FluxError('FLUX_E_LOCAL_NOT_RUNNING', `no control plane runs in ${dir}`, {
    hint: 'start one with `npm run local -- up`',
  });
}

/** The command line was not understood. */
export function usage(message: string): FluxError {
  return new FluxError('FLUX_E_LOCAL_USAGE', message, {
    hint: 'npm run local -- up|down|env|status [--dir DIR] [--port PORT] [--purge]',
  });
}
