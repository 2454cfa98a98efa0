import { within } from '../notifier-common/failure.ts';
import { type Exchange, send, statusError } from '../notifier-common/http.ts';
import { at, jsonOf } from '../notifier-common/json.ts';
import { statusText } from './status-text.ts';

/** A build status. */
export interface Build {
  readonly key: string;
  readonly state: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
}

/** Without them the server takes requests for those of a browser. */
const headers = { 'X-Atlassian-Token': 'no-check', 'X-Requested-With': 'XMLHttpRequest' };

/** Whether the commit has this status already. @throws PluginError */
export async function hasBuild(builds: URL, { key, state, name, description }: Build): Promise<boolean> {
  const url = new URL(builds);
  url.search = `?key=${key}`;
  const response = await ask(url, {}, 'failed api call to check duplicate commit status');
  if (response.status !== 200) return false;
  const known = await within('could not unmarshal json response body for duplicate commit status', () =>
    jsonOf(response),
  );
  return Object.entries({ key, state, name, description }).every(
    ([field, value]) => at(known, field) === value,
  );
}

/** Sets a status. @throws PluginError */
export async function postBuild(url: URL, build: Build): Promise<void> {
  const intention = 'could not post build commit status';
  const response = await ask(url, { json: build }, intention);
  if (response.status === 404) throw failed(response, intention);
}

/** That there is none is an answer, too. */
async function ask(url: URL, request: Exchange, intention: string): Promise<Response> {
  const response = await within(intention, () => send(url, { headers, ...request }));
  if (response.status >= 400 && response.status !== 404) throw failed(response, intention);
  return response;
}

function failed(response: Response, intention: string): Error {
  const { status } = response;
  return statusError(response, `${intention}: ${status} - ${statusText(status)}`);
}
