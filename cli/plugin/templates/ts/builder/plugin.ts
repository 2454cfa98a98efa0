import { defineBuilder, exists, joinPath, PluginError, readTextFile, walk } from '@flux-host/sdk/typescript';

/** Gives the manifests of a folder as they are, in a fixed order. */
export default defineBuilder({
  name: 'my-plugin',
  requests: { memory: '64Mi', timeout: '30s' },
  // `spec.builder.config` of the Kustomization, checked by the host before the plugin is called.
  config: {
    type: 'object',
    properties: { suffix: { type: 'string', default: '.yaml', description: 'Files to take' } },
    additionalProperties: false,
  },
  // A function of its input: no clock and no random numbers, since results are kept.
  build({ path, config }) {
    const folder = joinPath('/in', path);
    if (!exists(folder)) {
      throw new PluginError(`${path} is not in the artifact`, {
        hint: 'correct spec.path of the Kustomization',
        terminal: true,
      });
    }
    const files = [...walk(folder)].filter((file) => file.endsWith(config.suffix));
    return { resources: files.map(readTextFile).join('\n---\n') };
  },
});
