import { readFile } from 'node:fs/promises';
import type { Command } from '../command/types.ts';

interface Shell {
  readonly name: string;
  readonly example: string;
}

const shells: readonly Shell[] = [
  {
    name: 'bash',
    example: `  # To load completion run
  . <(flux completion bash)

  # To load it for each session add to ~/.bashrc or ~/.profile
  command -v flux >/dev/null && . <(flux completion bash)`,
  },
  {
    name: 'zsh',
    example: `  # To load completion run
  . <(flux completion zsh)

  # To load it for each session add to ~/.zshrc
  command -v flux >/dev/null && . <(flux completion zsh)

  # or write it to one of the directories in \${fpath}
  flux completion zsh > _flux`,
  },
  {
    name: 'fish',
    example: `  # To load completion for each session write it to your completions directory
  flux completion fish > ~/.config/fish/completions/flux.fish`,
  },
];

function script(shell: string): Promise<string> {
  return readFile(new URL(`../completion/scripts/flux.${shell}`, import.meta.url), 'utf8');
}

/** `flux completion` */
export const completion: Command = {
  name: 'completion',
  short: 'Generates completion scripts for various shells',
  long: 'The completion sub-command generates completion scripts for various shells.',
  commands: shells.map(({ name, example }) => ({
    name,
    short: `Generates ${name} completion scripts`,
    long: `The completion sub-command generates completion scripts for ${name}.`,
    example,
    noArguments: true,
    run: async ({ io }) => io.out(await script(name)),
  })),
};
