import { relative } from 'node:path';
import { atMostOneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { buildProject } from '../../plugin/project/build.ts';
import { projectIn } from '../../plugin/project/here.ts';
import { sizeText } from '../../plugin/wasm/size.ts';

/** `flux plugin build` */
export const build: Command = {
  name: 'build',
  usage: '[folder]',
  takesFiles: true,
  short: 'Build a Wasm plugin',
  long: `The plugin build command makes the Wasm module of the project in a folder. The same sources give the same bytes.`,
  example: `  # Build the plugin in the current folder
  flux plugin build`,
  async run({ args, io, log, signal }) {
    const project = await projectIn(atMostOneArgument(args), io.cwd);
    log.action(`building ${project.name}`);
    const { file, size, digest } = await buildProject(project, signal);
    log.success(`${relative(io.cwd, file)}  ${sizeText(size)}  ${digest}`);
  },
};
