import { definePolicy, PluginError } from '@flux-host/sdk/typescript';

/** Chooses the tag with the highest version of the form 1.2.3. */
export default definePolicy({
  name: 'my-plugin',
  requests: { memory: '32Mi', timeout: '10s' },
  // `spec.policy.plugin.config` of the ImagePolicy, checked by the host before the plugin is called.
  config: {
    type: 'object',
    properties: { major: { type: 'integer', minimum: 0, description: 'Take only this major version' } },
    additionalProperties: false,
  },
  select({ image, tags, config }) {
    const versions = tags
      .map((tag) => ({ tag, parts: /^v?(\d+)\.(\d+)\.(\d+)$/.exec(tag)?.slice(1).map(Number) }))
      .flatMap(({ tag, parts }) => (parts ? [{ tag, parts }] : []))
      .filter(({ parts }) => config.major === undefined || parts[0] === config.major)
      .sort((a, b) => compare(b.parts, a.parts) || (a.tag < b.tag ? -1 : 1));
    const [best] = versions;
    if (!best) throw new PluginError(`none of the ${tags.length} tags of ${image} is a version that fits`);
    return { tag: best.tag, why: `the highest of ${versions.length} versions` };
  },
});

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
