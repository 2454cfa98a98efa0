import type { Call, Transport } from './transport.ts';

/** See `OciClient.hasBlob`. */
export async function hasBlob(
  transport: Transport,
  { digest, ...call }: Pick<Call, 'repository' | 'actions' | 'signal'> & { readonly digest: string },
): Promise<boolean> {
  const response = await transport.send({
    ...call,
    method: 'HEAD',
    at: `blobs/${digest}`,
    expect: [200, 404],
    maxBytes: 64 * 1024,
  });
  await response.drain();
  return response.status === 200;
}
