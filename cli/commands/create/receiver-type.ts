import type { Flag } from '../../command/types.ts';

/** Those that flags can describe; generic-oidc needs providers and validations. */
const types = [
  'generic',
  'generic-hmac',
  'github',
  'gitlab',
  'bitbucket',
  'harbor',
  'dockerhub',
  'quay',
  'gcr',
  'nexus',
  'acr',
  'cdevents',
];

function typeFault(value: string): string | undefined {
  if (types.includes(value)) return undefined;
  return value.trim() === ''
    ? 'no receiver type given, please specify the receiver type'
    : `receiver type '${value}' is not supported, must be one of: ${types.join(', ')}`;
}

/** `--type` of a Receiver. */
export const receiverTypeFlag: Flag = {
  type: 'string',
  typeName: types.join('|'),
  about: 'the receiver type',
  choices: types,
  check: typeFault,
};
