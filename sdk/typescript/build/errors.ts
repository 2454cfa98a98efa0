/** A place in the author's sources; line and column begin with 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Stable identifier of a failure; every code has a section in docs/errors.md. */
export type BuildErrorCode =
  | 'FLUX_E_SDK_SOURCE'
  | 'FLUX_E_SDK_EVALUATE'
  | 'FLUX_E_SDK_DEFINITION'
  | 'FLUX_E_SDK_ENGINE';

/** Why a plugin could not be built. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly code: BuildErrorCode;
  readonly hint: string | undefined;
  readonly places: readonly SourcePlace[];

  constructor(
    code: BuildErrorCode,
    message: string,
    { hint, places = [], cause }: { hint?: string; places?: readonly SourcePlace[]; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.places = places;
  }

  /** What happened and the way out. */
  get text(): string {
    return this.hint ? `${this.message} (hint: ${this.hint})` : this.message;
  }
}

const placeText = ({ file, line, column, text }: SourcePlace) => `${file}:${line}:${column}: ${text}`;

/** The sources do not compile, or import what is not there. */
export const badSource = (places: readonly SourcePlace[], hint?: string) =>
  new BuildError('FLUX_E_SDK_SOURCE', places.slice(0, 10).map(placeText).join('\n'), {
    places,
    ...(hint === undefined ? {} : { hint }),
  });

/** There is no such file. */
export const noEntry = (entry: string) =>
  new BuildError('FLUX_E_SDK_SOURCE', `${entry} does not exist`, {
    hint: 'name the TypeScript file that exports the plugin',
  });

/** The module threw while it was evaluated. */
export const failedEvaluation = (message: string, stack: string) =>
  new BuildError(
    'FLUX_E_SDK_EVALUATE',
    `the module cannot be evaluated: ${message}${stack ? `\n${stack}` : ''}`,
    {
      hint: 'a module is evaluated once, when the plugin is built: it cannot call the host there',
    },
  );

/** The module has no plugin to offer. */
export const noDefinition = (entry: string) =>
  new BuildError('FLUX_E_SDK_DEFINITION', `${entry} has no plugin as its default export`, {
    hint: "write export default defineNotifier({ … }), or another define function of '@flux-host/sdk/typescript'",
  });

/** What the plugin says about itself is not valid. */
export const badDefinition = (entry: string, what: string, hint?: string) =>
  new BuildError('FLUX_E_SDK_DEFINITION', `the plugin in ${entry} is not defined correctly: ${what}`, {
    ...(hint === undefined ? {} : { hint }),
  });

/** The engine's file is not the one that belongs to this SDK. */
export const badEngine = (what: string) =>
  new BuildError('FLUX_E_SDK_ENGINE', `engine.wasm ${what}`, {
    hint: 'install the SDK again, or rebuild the engine with sdk/typescript/engine/build.ts',
  });
