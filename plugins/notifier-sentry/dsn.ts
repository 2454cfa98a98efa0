import { invalid } from '../notifier-common/failure.ts';

/** Where events go (a Data Source Name of Sentry). */
export interface Dsn {
  /** Of the envelope endpoint. */
  readonly url: string;
  readonly key: string;
  /** Old projects have one. */
  readonly secret: string;
}

/**
 * Reads `https://<key>@<host>/<path>/<project>`.
 * @throws PluginError in the words of Sentry's client
 */
export function dsnOf(text: string | undefined): Dsn {
  if (!text)
    throw invalid('DSN cannot be empty', 'put the DSN of the project into the key address of the Secret');
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw wrong('invalid scheme');
  if (url.username === '') throw wrong('empty username');
  if (url.hostname === '') throw wrong('empty host');
  const slash = url.pathname.lastIndexOf('/');
  const project = url.pathname.slice(slash + 1);
  if (project === '') throw wrong('empty project id');
  return {
    url: `${url.origin}${url.pathname.slice(0, slash)}/api/${project}/envelope/`,
    key: decodeURIComponent(url.username),
    secret: decodeURIComponent(url.password),
  };
}

const wrong = (why: string) =>
  invalid(`[Sentry] DsnParseError: ${why}`, 'copy the DSN from the settings of the project');
