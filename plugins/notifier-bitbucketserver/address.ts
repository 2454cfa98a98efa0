import { invalid } from '../notifier-common/failure.ts';

/** Part of every address to clone from; what is before it is the context path of the server. */
const marker = '/scm/';

/**
 * The address of a repository's commits in the API.
 * @param address to clone from over HTTP: `https://host/context/scm/project/repository.git`
 * @throws PluginError in the words of Flux for another one
 */
export function commitsUrl(address: string): URL {
  const url = URL.parse(address);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const scheme = url?.protocol.replace(/:$/, '') ?? '';
    throw wrong(`unsupported scheme type in address: ${scheme}. Must be http or https`);
  }
  const path = url.pathname.replace(/\.git$/, '');
  const index = path.lastIndexOf(marker);
  if (index < 0) throw wrong('supplied provider address is not http(s) git clone url');
  const id = path.slice(index + marker.length);
  const [project, repository, ...rest] = id.split('/');
  if (!project || !repository || rest.length > 0) throw wrong(`invalid repository id "${id}"`);
  url.pathname = `${path.slice(0, index)}/rest/api/latest/projects/${project}/repos/${repository}/commits`;
  return url;
}

const wrong = (why: string) =>
  invalid(`could not parse git address: ${why}`, 'set spec.address to the HTTPS address to clone from');
