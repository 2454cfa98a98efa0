import {
  extismNamespace,
  type HostFunction,
  hostFunctions,
  hostNamespace,
  wasiNamespace,
} from '@flux-host/sdk/contract/host-functions.ts';
import { moduleImports } from './interface.ts';

const extism = new Set([
  ...['alloc', 'free', 'length', 'length_unsafe', 'load_u8', 'load_u64', 'store_u8', 'store_u64'],
  ...['input_offset', 'input_length', 'input_load_u8', 'input_load_u64', 'output_set', 'error_set'],
  ...['config_get', 'var_get', 'var_set', 'http_request', 'http_status_code', 'http_headers'],
  ...['get_log_level', 'log_trace', 'log_debug', 'log_info', 'log_warn', 'log_error'],
]);

const wasi = new Set([
  ...['args_get', 'args_sizes_get', 'environ_get', 'environ_sizes_get', 'clock_res_get', 'clock_time_get'],
  ...['fd_advise', 'fd_allocate', 'fd_close', 'fd_datasync', 'fd_fdstat_get', 'fd_fdstat_set_flags'],
  ...['fd_fdstat_set_rights', 'fd_filestat_get', 'fd_filestat_set_size', 'fd_filestat_set_times', 'fd_pread'],
  ...[
    'fd_prestat_get',
    'fd_prestat_dir_name',
    'fd_pwrite',
    'fd_read',
    'fd_readdir',
    'fd_renumber',
    'fd_seek',
  ],
  ...['fd_sync', 'fd_tell', 'fd_write', 'path_create_directory', 'path_filestat_get'],
  ...['path_filestat_set_times', 'path_link', 'path_open', 'path_readlink', 'path_remove_directory'],
  ...['path_rename', 'path_symlink', 'path_unlink_file', 'poll_oneoff', 'proc_exit', 'proc_raise'],
  ...['random_get', 'sched_yield', 'sock_accept', 'sock_recv', 'sock_send', 'sock_shutdown'],
]);

const host: ReadonlyMap<string, HostFunction> = new Map(Object.entries(hostFunctions));

/**
 * Imports of a module that the host has nothing for, as `namespace.name`. An instance with such an import would fail when it
 * is made, in the middle of a reconciliation. What was imported but not granted is refused when
 * it is used.
 */
export function unknownImports(wasm: Uint8Array): string[] {
  return moduleImports(wasm)
    .filter(({ module: namespace, name, kind }) => kind !== 'function' || !provided(namespace, name))
    .map(
      ({ module: namespace, name, kind }) => `${namespace}.${name}${kind === 'function' ? '' : ` (${kind})`}`,
    );
}

function provided(namespace: string, name: string): boolean {
  if (namespace === hostNamespace) return host.has(name);
  if (namespace === extismNamespace) return extism.has(name);
  return namespace === wasiNamespace && wasi.has(name);
}
