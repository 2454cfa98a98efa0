import { PluginError } from '@flux-host/sdk/typescript';
import type { Wanted } from './wanted.ts';

const most = 100_000;
const pageSize = 1000;

/** All tags, page by page, in the order of the registry. */
export async function listTags({ base }: Wanted): Promise<string[]> {
  const all: string[] = [];
  const seen = new Set<string>();
  for (let url: string | undefined = `${base}tags/list?n=${pageSize}`; url !== undefined; ) {
    seen.add(url);
    const response: Response = await fetch(url);
    const link = response.headers.get('link');
    const tags = tagsIn(await response.text());
    if (!tags) throw new PluginError('the list of tags is not like {"tags": ["…"]}');
    all.push(...tags);
    if (all.length > most) throw new PluginError(`the repository has more than ${most} tags`);
    url = nextPage(link, url);
    if (url !== undefined && seen.has(url))
      throw new PluginError('the next page of the list of tags is one that the registry gave already');
  }
  return all;
}

function tagsIn(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('tags' in value)) return undefined;
    const { tags } = value;
    if (tags === null) return [];
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined;
  } catch {
    return undefined;
  }
}

/** Registries behind a proxy may not know under which scheme and name they are asked: only path and query are taken. */
function nextPage(link: string | null, from: string): string | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '') ?? [];
  if (target === undefined) return undefined;
  const { pathname, search } = new URL(target, from);
  return new URL(`${pathname}${search}`, from).href;
}
