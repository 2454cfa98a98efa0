import { PluginError } from '@flux-host/sdk/typescript';
import { dump } from 'js-yaml';
import { Liquid } from 'liquidjs';
import type { Values } from './values.ts';

/**
 * @returns a function that renders one template
 * @throws PluginError, from that function, with file and line
 */
export function renderer(partials: Readonly<Record<string, string>>, values: Values) {
  const engine = new Liquid({
    templates: partials,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // `{{ values.host | default: "x" }}` may name what is not there.
    lenientIf: true,
  });
  engine.registerFilter('yaml', (value: unknown) => dump(value).trimEnd());
  engine.registerFilter('indent', (text: unknown, by = 2) =>
    String(text).replaceAll(/\n(?=.)/g, `\n${' '.repeat(by)}`),
  );
  engine.registerFilter('quote', (value: unknown) => JSON.stringify(String(value)));
  return (name: string, text: string): string => {
    try {
      return engine.parseAndRenderSync(text, { values }, { globals: { values } });
    } catch (error) {
      const { message } = error instanceof Error ? error : new Error(String(error));
      throw new PluginError(`templates/${name}: ${message}`, {
        hint: 'correct the template, or set the value in values.yaml or spec.builder.config',
        terminal: true,
      });
    }
  };
}
