import { definePolicy, PluginError } from '@flux-host/sdk/typescript';

/** The host looks into at most so many images for one answer, and answers at most five times. */
const limits = { atOnce: 100, rounds: 4 } as const;

/** Chooses the image that was built last, among those with the right labels. */
export default definePolicy({
  name: 'newest-build',
  requests: { memory: '64Mi', timeout: '20s' },
  config: {
    type: 'object',
    properties: {
      labels: {
        type: 'object',
        additionalProperties: { type: 'string' },
        default: {},
        description: 'Labels that the image has to have, with these values',
      },
    },
    additionalProperties: false,
  },
  select({ image, tags, images = {}, config }) {
    if (tags.length > limits.atOnce * limits.rounds) {
      throw new PluginError(`${image} has ${tags.length} tags, and no more than 400 can be looked into`, {
        hint: 'narrow them with spec.filterTags',
        terminal: true,
      });
    }
    const unknown = tags.filter((tag) => !(tag in images)).toSorted();
    if (unknown.length > 0) return { inspect: unknown.slice(0, limits.atOnce) };
    const wanted = Object.entries(config.labels);
    const fitting = tags
      .flatMap((tag) => {
        const { created, labels = {} } = images[tag] ?? {};
        const fits = wanted.every(([name, value]) => labels[name] === value);
        const time = Date.parse(created ?? '');
        return fits && Number.isFinite(time) ? [{ tag, time, created }] : [];
      })
      .toSorted((a, b) => b.time - a.time || (a.tag < b.tag ? -1 : 1));
    const [newest] = fitting;
    if (newest) return { tag: newest.tag, why: `built at ${newest.created}, the last of ${fitting.length}` };
    const labels = wanted.map(([name, value]) => `${name}=${value}`).join(', ');
    throw new PluginError(
      `none of the ${tags.length} images says when it was built${labels && ` and has ${labels}`}`,
    );
  },
});
