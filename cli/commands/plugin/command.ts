import type { Command } from '../../command/types.ts';
import { bench } from './bench.ts';
import { build } from './build.ts';
import { init } from './init.ts';
import { inspect } from './inspect.ts';
import { install } from './install.ts';
import { list } from './list.ts';
import { run } from './run.ts';
import { search } from './search.ts';
import { test } from './test.ts';
import { uninstall } from './uninstall.ts';
import { update } from './update.ts';

/** `flux plugin` */
export const plugin: Command = {
  name: 'plugin',
  short: 'Manage Flux CLI plugins',
  long: 'The plugin sub-commands manage Flux CLI plugins.',
  commands: [init, build, test, run, bench, inspect, install, list, search, uninstall, update],
};
