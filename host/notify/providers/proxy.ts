import type { PluginUse } from '../../plugins/types.ts';
import { invalidProvider } from '../errors.ts';
import { type SecretData, textOf } from './secret.ts';

type Proxy = NonNullable<PluginUse['proxy']>;

const schemes = ['http:', 'https:', 'socks5:'];
const maxLength = 2048;

/** The proxy that an URL names, with the user and password that may be in it. */
export function proxyOf(address: string, where: string): Proxy {
  if (address.length > maxLength) throw wrong(where, `longer than ${maxLength} characters`);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // The address itself stays out of the text: there may be a password in it.
  if (!url || !schemes.includes(url.protocol)) throw wrong(where, 'no http, https or socks5 URL');
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return {
    url: url.toString(),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}

/** The proxy of `spec.proxySecretRef`: `address`, `username`, `password`. */
export function proxyOfSecret(data: SecretData, name: string): Proxy {
  const address = textOf(data, 'address')?.trim();
  if (!address) throw wrong(`secret '${name}'`, 'empty: the key address is missing');
  const username = textOf(data, 'username');
  const password = textOf(data, 'password');
  return {
    ...proxyOf(address, `secret '${name}'`),
    ...(username !== undefined ? { username } : {}),
    ...(username !== undefined && password !== undefined ? { password } : {}),
  };
}

const wrong = (where: string, why: string) =>
  invalidProvider(`failed to get proxy URL: ${where}: the address is ${why}`, {
    hint: 'write it like http://proxy.example.com:3128',
  });
