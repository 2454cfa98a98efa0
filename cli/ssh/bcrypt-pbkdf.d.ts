declare module 'bcrypt-pbkdf' {
  /** Fills `key` with bytes that are derived from a password; returns other than 0 for parameters that cannot be. */
  export function pbkdf(
    password: Uint8Array,
    passwordLength: number,
    salt: Uint8Array,
    saltLength: number,
    key: Uint8Array,
    keyLength: number,
    rounds: number,
  ): number;
}
