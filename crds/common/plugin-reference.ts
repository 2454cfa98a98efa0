import * as t from '../schema.ts';

/** Names what an installed plugin provides; the same form as a built-in type name. */
export const pluginTypePattern = '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$';

/** By which name users reach a plugin. */
export function pluginType(description: string) {
  return t.string(description, { minLength: 1, maxLength: 63, pattern: pluginTypePattern });
}

export const pluginConfig = t.freeForm('Settings of the plugin; their schema comes with the plugin.');
