import { exists, joinPath, PluginError, readTextFile, walk } from '@flux-host/sdk/typescript';

export interface Chart {
  /** In the order of their names. */
  readonly templates: readonly { readonly name: string; readonly text: string }[];
  /** Templates whose file name begins with `_`, by name without that and without extension: for `render`. */
  readonly partials: Readonly<Record<string, string>>;
}

/**
 * @param path as the user wrote it
 * @throws PluginError when there is no folder `templates`
 */
export function chartIn(folder: string, path: string): Chart {
  const root = joinPath(folder, 'templates');
  if (!exists(root)) {
    throw new PluginError(`${path || 'the artifact'} has no folder templates`, {
      hint: 'correct spec.path of the Kustomization',
      terminal: true,
    });
  }
  const files = [...walk(root)]
    .filter((file) => /\.ya?ml(\.liquid)?$|\.liquid$/.test(file))
    .map((file) => ({ name: file.slice(root.length + 1), text: readTextFile(file) }));
  const isPartial = ({ name }: { name: string }) => (name.split('/').at(-1) ?? '').startsWith('_');
  return {
    templates: files.filter((file) => !isPartial(file)),
    partials: Object.fromEntries(
      files
        .filter(isPartial)
        .map(({ name, text }) => [name.replace(/(^|\/)_/, '$1').replace(/\..*$/, ''), text]),
    ),
  };
}
