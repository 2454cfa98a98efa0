import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { withContent } from '../../artifact/content.ts';
import { contentFlags, ignoredPaths, resolveFlag } from '../../artifact/flags.ts';
import type { Command } from '../../command/types.ts';

/** `flux build artifact` */
export const buildArtifactCommand: Command = {
  name: 'artifact',
  short: 'Build artifact',
  long: `The build artifact command creates a tgz file with the manifests
from the given directory or a single manifest file.`,
  example: `  # Build the given manifests directory into an artifact
  flux build artifact --path ./path/to/local/manifests --output ./path/to/artifact.tgz

  # List the files bundled in the artifact
  tar -ztvf ./path/to/artifact.tgz`,
  flags: {
    path: {
      type: 'string',
      short: 'p',
      about: 'Path to the directory where the Kubernetes manifests are located.',
    },
    output: {
      type: 'string',
      short: 'o',
      default: 'artifact.tgz',
      about: 'Path to where the artifact tgz file should be written.',
    },
    ...contentFlags,
    ...resolveFlag,
  },
  async run({ flags, io, log }) {
    const [path, output] = [flags.text('path'), flags.text('output')];
    const what = { path, ignore: ignoredPaths(flags), resolveSymlinks: flags.is('resolve-symlinks'), io };
    if (path) log.action(`building artifact from ${path}`);
    await withContent(what, ({ file }) => copyFile(file, resolve(io.cwd, output)));
    log.success(`artifact created at ${output}`);
  },
};
