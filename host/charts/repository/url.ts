import { invalidUrl } from '../errors.ts';

/**
 * A repository's address as two of them are compared: with one slash at the end, none for a registry.
 * @throws FluxError FLUX_E_CHART_URL
 */
export function normaliseUrl(text: string): string {
  const url = parseUrl(text);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = url.protocol === 'oci:' ? path : `${path}/`;
  const normal = url.toString();
  return url.protocol === 'oci:' ? normal.replace(/\/$/, '') : normal;
}

/** @throws FluxError FLUX_E_CHART_URL */
export function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url?.hostname) throw invalidUrl(`parse ${JSON.stringify(text)}: it is no URL`);
  return url;
}

/** The address that the index gives for a chart, relative to that of the repository or not. */
export function resolveUrl(base: string, reference: string): string {
  const absolute = URL.parse(reference);
  if (absolute) return absolute.toString();
  const folder = new URL(normaliseUrl(base));
  const url = URL.parse(reference, folder);
  if (!url) throw invalidUrl(`parse ${JSON.stringify(reference)} of the index: it is no URL`);
  // As in Helm: signed repositories have their signature in the query.
  url.search = folder.search;
  return url.toString();
}

/** Whether credentials of the one address may go to the other: same scheme, host and port. */
export function isSameOrigin(a: string, b: string): boolean {
  return new URL(a).origin === new URL(b).origin;
}

/** An address without user name and password, and these; for plugins and messages. */
export function splitUserinfo(text: string): {
  readonly url: string;
  readonly username: string;
  readonly password: string;
} {
  const url = parseUrl(text);
  const { username, password } = url;
  if (username === '' && password === '') return { url: text, username, password };
  url.username = '';
  url.password = '';
  return {
    url: url.toString(),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}
