import { errorText } from '@flux-host/host/errors/text.ts';
import { stringAt } from '@flux-host/host/json.ts';
import type { Invocation } from '../../command/types.ts';

/** The oldest version of Kubernetes that Flux 2.9 supports, pre-releases included. */
const oldest = { major: 1, minor: 33 };
const constraint = `>=${oldest.major}.${oldest.minor}.0-0`;

/** Prints whether the API server is new enough. */
export async function checkKubernetes({ cluster, log, signal }: Invocation): Promise<boolean> {
  let gitVersion: string;
  try {
    const { client } = await cluster();
    gitVersion = stringAt(await client.request<unknown>('GET', '/version', { signal }), 'gitVersion') ?? '';
  } catch (error) {
    signal.throwIfAborted();
    log.failure(`Kubernetes API call failed: ${errorText(error)}`);
    return false;
  }
  const [, number = '', major, minor] = /^v?((\d+)\.(\d+)\..+)$/.exec(gitVersion) ?? [];
  if (!number) {
    log.failure("Kubernetes version can't be determined");
    return false;
  }
  const isRecent = Number(major) > oldest.major || Number(minor) >= oldest.minor;
  if (isRecent) log.success(`Kubernetes ${number} ${constraint}`);
  else log.failure(`Kubernetes version ${gitVersion} does not match ${constraint}`);
  return isRecent;
}
