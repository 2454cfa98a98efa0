import { uploadLost } from './errors.ts';
import { locationOf } from './location.ts';
import { hasOciCode, pause, waitBefore } from './retry.ts';
import type { Transport } from './transport.ts';
import type { Upload } from './upload.ts';

const answerBytes = 64 * 1024;

/** How far an upload is, and where it goes on. */
interface State {
  readonly location: URL;
  /** Bytes that the registry has. */
  readonly offset: number;
}

/** Sends a blob in pieces; after a failure it asks the registry what it has and goes on from there. Returns the address to finish at. */
export async function sendChunks(
  transport: Transport,
  upload: Upload,
  { location, chunkBytes }: { location: URL; chunkBytes: number },
): Promise<URL> {
  let state: State = { location, offset: 0 };
  let failures = 0;
  while (state.offset < upload.size) {
    try {
      state = await sendChunk(transport, upload, { ...state, chunkBytes });
      failures = 0;
    } catch (error) {
      const wait = waitBefore(error, failures, { ...transport.retry, signal: upload.signal });
      if (wait === undefined) throw error;
      failures += 1;
      await pause(wait, upload.signal);
      state = await status(transport, upload, state);
    }
  }
  return state.location;
}

async function sendChunk(
  transport: Transport,
  { repository, size, part, signal }: Upload,
  { location, offset, chunkBytes }: State & { chunkBytes: number },
): Promise<State> {
  const end = Math.min(size, offset + chunkBytes);
  const response = await transport.send({
    repository,
    method: 'PATCH',
    actions: 'pull,push',
    at: location,
    headers: [
      ['content-type', 'application/octet-stream'],
      ['content-range', `${offset}-${end - 1}`],
    ],
    body: await part(offset, end),
    expect: [202],
    maxBytes: answerBytes,
    retries: 0,
    signal,
  });
  await response.drain();
  return { location: locationOf(response), offset: end };
}

async function status(transport: Transport, { repository, signal }: Upload, before: State): Promise<State> {
  const response = await transport
    .send({
      repository,
      method: 'GET',
      actions: 'pull,push',
      at: before.location,
      expect: [204, 202],
      maxBytes: answerBytes,
      signal,
    })
    .catch((error: unknown) => {
      throw hasOciCode(error, 'FLUX_E_OCI_NOT_FOUND') ? uploadLost(before.location.origin) : error;
    });
  await response.drain();
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(response.headers('range')[0] ?? '') ?? [];
  // `0-0` is what registries say both for nothing and for one byte.
  const offset = last === undefined || last === '0' ? 0 : Number(last) + 1;
  return { location: locationOf(response), offset };
}
