import type { ImagePolicy } from '@flux-host/crds/image/image-policy.ts';
import { type ImageDetails, SelectResponse } from '@flux-host/sdk/contract/policy.ts';
import Value from 'typebox/value';
import { noCandidate } from '../../image/errors.ts';
import type { Plugins } from '../../plugins/types.ts';

type PluginPolicy = NonNullable<ImagePolicy['spec']['policy']['plugin']>;

/** How often a plugin may ask to look into images before it has to choose. */
const maxRounds = 5;

interface Question {
  readonly policy: PluginPolicy;
  readonly namespace: string;
  readonly image: string;
  readonly tags: readonly string[];
  readonly current: string | undefined;
  readonly signal: AbortSignal;
  /** Looks into one image. */
  inspect(tag: string): Promise<ImageDetails>;
}

/**
 * Lets a plugin choose one of the tags, looking into images for it where it asks to.
 * @throws FluxError FLUX_E_IMAGE_NO_TAG when what it answers is not one of the tags, and what Plugins.call throws
 */
export async function askPlugin(plugins: Pick<Plugins, 'call'>, question: Question): Promise<string> {
  const { policy, tags } = question;
  const known = new Set(tags);
  let images: Record<string, ImageDetails> | undefined;
  for (let round = 0; round < maxRounds; round += 1) {
    const answer = await call(plugins, question, images);
    if ('tag' in answer) {
      if (known.has(answer.tag)) return answer.tag;
      throw noCandidate(`policy ${policy.name} chose '${answer.tag}', which is not one of the tags`);
    }
    images ??= {};
    for (const tag of answer.inspect) {
      if (!known.has(tag))
        throw noCandidate(`policy ${policy.name} asks for '${tag}', which is not one of the tags`);
      images[tag] ??= await question.inspect(tag);
    }
  }
  throw noCandidate(`policy ${policy.name} still asks for images after ${maxRounds} rounds`);
}

async function call(
  plugins: Pick<Plugins, 'call'>,
  { policy, namespace, image, tags, current, signal }: Question,
  images: Record<string, ImageDetails> | undefined,
): Promise<SelectResponse> {
  const { config } = policy;
  const { output } = await plugins.call<unknown>({
    kind: 'policy',
    type: policy.name,
    operation: 'select',
    namespace,
    config: config ?? {},
    input: {
      image,
      tags,
      ...(config ? { config } : {}),
      ...(current ? { current } : {}),
      ...(images ? { images } : {}),
    },
    signal,
  });
  if (Value.Check(SelectResponse, output)) return output;
  throw noCandidate(
    `policy ${policy.name} gave an answer that is none: it has neither a tag nor tags to inspect`,
  );
}
