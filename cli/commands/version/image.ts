import { commandError } from '../../command/errors.ts';

/**
 * Name (without registry and folders) and tag of a container image.
 * @throws FluxError when it has no tag
 */
export function imageParts(image: string): { name: string; tag: string } {
  const [, name = '', tag] = /^(?:.*\/)?([^/:@]+)(?::(.+))?$/.exec(image) ?? [];
  if (tag === undefined) throw commandError('FLUX_E_CLI_IMAGE', `missing image tag in image ${image}`);
  return { name, tag };
}
