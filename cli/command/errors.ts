import { type ErrorCode, FluxError } from '@flux-host/host/errors/flux-error.ts';

/** A command line that cannot be run. Wordings are cobra's and pflag's, which scripts look for. */
export function usageError(message: string, hint?: string): FluxError {
  return new FluxError('FLUX_E_CLI_USAGE', message, hint ? { hint } : {});
}

/** A command that ran and failed in a way that Flux has its own words for. */
export function commandError(code: ErrorCode, message: string, hint?: string): FluxError {
  return new FluxError(code, message, hint ? { hint } : {});
}

/** A name that is no command. */
export function unknownCommand(name: string, parent: string, similar: readonly string[]): FluxError {
  const suggestion =
    similar.length > 0 ? `\n\nDid you mean this?\n${similar.map((each) => `\t${each}\n`).join('')}` : '';
  return new FluxError('FLUX_E_CLI_USAGE', `unknown command "${name}" for "${parent}"${suggestion}`);
}

/** A command of Flux that this version does not have. */
export function absentCommand(path: string): FluxError {
  return new FluxError('FLUX_E_CLI_NOT_AVAILABLE', `the command "${path}" is not available in this version`, {
    hint: 'see "flux --help" for the commands that are',
  });
}

/** The user said no, or could not be asked. */
export function aborted(): FluxError {
  return new FluxError('FLUX_E_CLI_ABORTED', 'aborting');
}

/** The command has printed what is wrong already: only the exit code is left to say. */
export class Failed extends Error {
  override readonly name = 'Failed';
}

/** Something that is no failure and yet has an exit code of its own, e.g. that `flux diff` found changes. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;

  /** @param message what to say about it */
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
