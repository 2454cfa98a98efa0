import { definePolicy, PluginError } from '@flux-host/sdk/typescript';

/** The highest of many versions. */
export default definePolicy({
  name: 'bench-policy',
  version: '1.0.0',
  description: 'Chooses the highest version',
  select({ tags }) {
    const key = (tag: string) =>
      tag
        .split('.')
        .map((part) => part.padStart(8, '0'))
        .join('.');
    const [tag] = tags.toSorted((a, b) => (key(a) > key(b) ? -1 : 1));
    if (tag === undefined) throw new PluginError('there are no tags');
    return { tag };
  },
});
