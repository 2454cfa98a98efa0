import { defineBuilder, exists, joinPath, PluginError, readTextFile } from '@flux-host/sdk/typescript';
import { chartIn } from './chart.ts';
import { objectsIn } from './objects.ts';
import { renderer } from './render.ts';
import { isMap, merged, type Values, valuesOf } from './values.ts';

/** Renders the templates of a folder with the values of one environment. */
export default defineBuilder({
  name: 'liquid-charts',
  type: 'liquid',
  requests: { memory: '128Mi', timeout: '30s' },
  config: {
    type: 'object',
    properties: {
      environment: {
        type: 'string',
        pattern: '^[a-z0-9-]+$',
        description: 'Adds values-<environment>.yaml to values.yaml',
      },
      values: { type: 'object', description: 'Put over the values of the files' },
    },
    additionalProperties: false,
  },
  build({ path, config }) {
    const folder = joinPath('/in', path);
    const chart = chartIn(folder, path);
    const files = ['values.yaml', ...(config.environment ? [`values-${config.environment}.yaml`] : [])];
    const values = files.map((name): Values => {
      const file = joinPath(folder, name);
      if (exists(file)) return valuesOf(readTextFile(file), joinPath(path, name));
      if (name === 'values.yaml') return {};
      throw new PluginError(`there is no ${joinPath(path, name)}`, {
        hint: 'correct environment in spec.builder.config, or add the file',
        terminal: true,
      });
    });
    if (isMap(config.values)) values.push(config.values);
    const render = renderer(chart.partials, values.reduce(merged, {}));
    const objects = chart.templates.flatMap(({ name, text }) => objectsIn(render(name, text), name));
    return { resources: objects.join('---\n') };
  },
});
