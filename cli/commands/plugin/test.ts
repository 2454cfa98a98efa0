import { errorText } from '@flux-host/host/errors/text.ts';
import {
  type ConformanceSetup,
  checkConformance,
  checkSetup,
  openPlugin,
  type PluginSource,
} from '@flux-host/sdk/testing';
import { atMostOneArgument } from '../../command/arguments.ts';
import { Failed } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { inputError } from '../../plugin/errors.ts';
import { buildProject } from '../../plugin/project/build.ts';
import { projectIn } from '../../plugin/project/here.ts';
import { runOwnTests } from '../../plugin/project/own-tests.ts';
import { readJsonFile, readModule } from '../../plugin/wasm/module.ts';
import { sizeText } from '../../plugin/wasm/size.ts';

const symbols = { passed: '✔', failed: '✗', skipped: '-' } as const;

function setupFrom(settings: unknown): ConformanceSetup {
  try {
    return checkSetup(settings);
  } catch (error) {
    throw inputError(`the conformance settings are not valid: ${errorText(error)}`);
  }
}

/** Prints each check as it ends. @returns whether none failed */
async function conform(source: PluginSource, settings: unknown, { io, log }: Invocation): Promise<boolean> {
  const setup = setupFrom(settings);
  const plugin = await openPlugin(source);
  try {
    const kinds = [...new Set(plugin.manifest.provides.map(({ kind }) => kind))].join(', ');
    log.action(`trying ${plugin.manifest.name} as the host will use it (${kinds})`);
    const outcomes = await checkConformance(plugin, setup, ({ name, result, detail }) => {
      io.out(`${symbols[result]} ${name}${result === 'skipped' ? ` (skipped: ${detail})` : ''}\n`);
      if (result === 'failed') io.out(`    ${detail?.replaceAll('\n', '\n    ')}\n`);
    });
    const count = (wanted: string) => outcomes.filter(({ result }) => result === wanted).length;
    io.out(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
    return count('failed') === 0;
  } catch (error) {
    if (error instanceof TypeError) throw inputError(error.message, 'see the conformance settings');
    throw error;
  } finally {
    await plugin.close();
  }
}

/** `flux plugin test` */
export const test: Command = {
  name: 'test',
  usage: '[folder | file.wasm]',
  takesFiles: true,
  short: 'Test a Wasm plugin',
  long: `The plugin test command builds the project in a folder, tries the plugin with the golden examples of its kinds in
the host's own sandbox, and runs the tests of the project. Nothing leaves this machine: requests are recorded and answered.

Settings for the examples, and checks to skip with the reason why, come from fluxPlugin.conformance of package.json
(conformance.json in Go projects), or from --setup.`,
  example: `  # Test the plugin in the current folder
  flux plugin test

  # Try a module that somebody else built
  flux plugin test their-plugin.wasm --setup conformance.json`,
  flags: {
    setup: { type: 'string', about: 'JSON file with the settings for the examples, for a .wasm file' },
  },
  async run(invocation) {
    const { args, io, log, flags, signal } = invocation;
    const what = atMostOneArgument(args);
    if (what?.endsWith('.wasm')) {
      const setup = flags.given('setup') ? await readJsonFile(flags.text('setup'), io.cwd) : {};
      if (!(await conform(await readModule(what, io.cwd), setup, invocation))) throw new Failed();
      return;
    }
    const project = await projectIn(what, io.cwd);
    log.action(`building ${project.name}`);
    const { file, size } = await buildProject(project, signal);
    log.success(`${project.name}.wasm  ${sizeText(size)}`);
    const conforms = await conform(file, project.conformance, invocation);
    log.action('running the tests of the project');
    const own = await runOwnTests(project, io, signal);
    if (own === 'none') log.warning('the project has no tests of its own');
    if (!conforms || own === 'failed') throw new Failed();
    log.success('all is well');
  },
};
