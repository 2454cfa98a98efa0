/** What plugins written in TypeScript import. */
export type { FluxEvent } from '../contract/event.ts';
export * from './library/define.ts';
export type { About, PluginDefinition, Requests } from './library/definition.ts';
export * from './library/encoding.ts';
export * from './library/file-error.ts';
export {
  type DirEntry,
  exists,
  type FileKind,
  type FileStat,
  joinPath,
  readDir,
  readFile,
  readTextFile,
  stat,
  walk,
} from './library/files.ts';
export * from './library/hash.ts';
export * from './library/host-error.ts';
export * from './library/log.ts';
export * from './library/plugin-error.ts';
export type * from './library/requests.ts';
export type { Secret } from './library/secret.ts';
export * from './library/sleep.ts';
export * from './library/tcp.ts';
export * from './library/template.ts';
export * from './library/write-files.ts';
