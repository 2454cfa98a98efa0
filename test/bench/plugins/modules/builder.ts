import { defineBuilder, joinPath, readTextFile, template, walk } from '@flux-host/sdk/typescript';

/** Fills in the templates of a folder. */
export default defineBuilder({
  name: 'bench-builder',
  version: '1.0.0',
  description: 'Renders Mustache templates',
  config: { type: 'object', properties: { host: { type: 'string' } }, required: ['host'] },
  build({ path, config }) {
    const files = [...walk(joinPath('/in', path))];
    return { resources: files.map((file) => template(readTextFile(file)).render(config)).join('---\n') };
  },
});
