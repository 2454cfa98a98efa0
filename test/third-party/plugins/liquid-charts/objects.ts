import { PluginError } from '@flux-host/sdk/typescript';
import { dump, loadAll } from 'js-yaml';
import { isMap } from './values.ts';

/**
 * The Kubernetes objects that a template became, each as YAML; a document that a condition left empty is none.
 * @throws PluginError when one of them is something else
 */
export function objectsIn(rendered: string, name: string): string[] {
  let documents: unknown[];
  try {
    documents = loadAll(rendered);
  } catch (error) {
    throw new PluginError(
      `templates/${name} did not become YAML: ${error instanceof Error ? error.message : error}`,
      { terminal: true },
    );
  }
  return documents
    .filter((document) => document !== null && document !== undefined)
    .map((document, index) => {
      if (isMap(document) && document['apiVersion'] && document['kind']) return dump(document);
      throw new PluginError(`document ${index + 1} of templates/${name} is no Kubernetes object`, {
        hint: 'each document needs apiVersion and kind',
        terminal: true,
      });
    });
}
