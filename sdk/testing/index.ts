/** What tests of plugins use: the host's own sandbox, with a network that is recorded instead of reached. */

export { checkConformance } from './conformance/suite.ts';
export { type CheckOutcome, type ConformanceSetup, checkSetup } from './conformance/types.ts';
export type { PluginSource } from './module.ts';
export { openPlugin, runPlugin } from './open.ts';
export type { RecordedAnswer, RecordedRequest, Respond } from './recorded.ts';
export type { Files } from './trees.ts';
export type { OpenPlugin, RunFailure, RunOptions, RunResult } from './types.ts';
