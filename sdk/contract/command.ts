import Type, { type Static } from 'typebox';

/**
 * A `command` plugin exports `run`: it adds `flux <type>` to the command line. It runs on the user's machine in the same sandbox,
 * sees no environment and no cluster, and reads the current folder at `/in` only.
 */
export const CommandRequest = Type.Object({
  args: Type.Array(Type.String(), { description: 'Words after the name of the command, as typed' }),
  stdin: Type.Optional(Type.String({ description: 'base64; absent when standard input is a terminal' })),
});
export type CommandRequest = Static<typeof CommandRequest>;

export const CommandResponse = Type.Object({
  stdout: Type.Optional(Type.String()),
  stderr: Type.Optional(Type.String()),
  exitCode: Type.Optional(Type.Integer({ minimum: 0, maximum: 125 })),
});
export type CommandResponse = Static<typeof CommandResponse>;
