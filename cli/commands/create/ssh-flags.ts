import type { Flags, FlagValues } from '../../command/types.ts';
import { type Curve, curves, generateKeyPair, type KeyPair, keyAlgorithms } from '../../ssh/generate.ts';

/** What key to make for Git over SSH. */
export const sshKeyFlags: Flags = {
  'ssh-key-algorithm': {
    type: 'string',
    default: 'ecdsa',
    typeName: keyAlgorithms.join('|'),
    about: 'SSH public key algorithm',
    choices: keyAlgorithms,
    check: (value) =>
      keyAlgorithms.some((each) => each === value)
        ? undefined
        : value.trim() === ''
          ? `no public key algorithm given, must be one of: ${keyAlgorithms.join(', ')}`
          : `unsupported public key algorithm '${value}', must be one of: ${keyAlgorithms.join(', ')}`,
  },
  'ssh-rsa-bits': {
    type: 'int',
    default: '2048',
    typeName: 'rsaKeyBits',
    about: 'SSH RSA public key bit size (multiplies of 8, min 1024)',
    check: (value) =>
      Number(value) < 1024
        ? 'RSA key bit size must be at least 1024'
        : Number(value) % 8 > 0
          ? 'RSA key bit size must be a multiples of 8'
          : undefined,
  },
  'ssh-ecdsa-curve': {
    type: 'string',
    default: 'p384',
    typeName: curves.join('|'),
    about: 'SSH ECDSA public key curve',
    choices: curves,
    check: (value) =>
      curves.some((each) => each === value)
        ? undefined
        : `unsupported curve '${value}', must be one of: ${curves.join(', ')}`,
  },
};

/** A new key pair as the flags want it. */
export function keyPairFromFlags(flags: FlagValues): KeyPair {
  return generateKeyPair({
    algorithm: oneOf(keyAlgorithms, flags.text('ssh-key-algorithm')),
    rsaBits: flags.number('ssh-rsa-bits'),
    curve: oneOf<Curve>(curves, flags.text('ssh-ecdsa-curve')),
  });
}

function oneOf<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((each) => each === word);
  if (!found) throw new Error(`"${word}" passed the check of its flag`);
  return found;
}
