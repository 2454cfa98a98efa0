import type { Flag } from '../../command/types.ts';

const formats = ['json', 'yaml'];

export const outputFlag: Flag = {
  type: 'string',
  short: 'o',
  choices: formats,
  about: "the format in which the tree should be printed. can be 'json' or 'yaml'",
  check: (value) => (formats.includes(value) ? undefined : `must be one of: ${formats.join(', ')}`),
};
