import { errorText } from '../errors/text.ts';
import { noHostIdentity } from './errors.ts';

const timeoutMs = 5_000;

/**
 * Asks the metadata server of the machine, for the host's own identity. It is the one address that the egress of plugins and users never
 * reaches, which is why this is not sent through it; nothing in the request comes from a user.
 * @throws FluxError FLUX_E_CLOUD_HOST
 */
export async function askMetadata(
  cloud: string,
  url: string,
  { method = 'GET', headers }: { method?: 'GET' | 'PUT'; headers: Readonly<Record<string, string>> },
  signal?: AbortSignal,
): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = await response.text();
    if (response.ok) return text;
    throw noHostIdentity(cloud, `the metadata server answers with HTTP status ${response.status}`);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof TypeError || limit.aborted) {
      throw noHostIdentity(cloud, `the metadata server cannot be reached: ${errorText(error)}`);
    }
    throw error;
  }
}
