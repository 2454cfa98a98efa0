import type { PluginKind } from '@flux-host/sdk/contract/manifest.ts';
import type { PluginFile } from './directories.ts';
import type { Grants, InstalledPlugin } from './types.ts';

/** One use of a plugin. */
export interface Use {
  readonly kind: PluginKind;
  readonly type: string;
}

/** A plugin that this process has, or should have. */
export interface CatalogEntry {
  readonly name: string;
  readonly origin: InstalledPlugin['origin'];
  /** Absent while an installed plugin's module is not here: its uses are its own all the same. */
  readonly module?: PluginFile;
  readonly provides: readonly Use[];
  readonly grants: Grants;
  readonly suspended: boolean;
  /** When the object was created, RFC 3339: who was first keeps a use. */
  readonly createdAt: string;
  /** Changes with all that its users may notice beside module and suspension; without it every entry is another one. */
  readonly revision?: string;
}

/** Who keeps a plugin from being used. */
export interface Conflict {
  readonly use: Use;
  readonly owner: string;
  readonly builtIn: boolean;
}

/**
 * Which plugin is called for what. An installed plugin replaces the built-in of its name. Where two provide the same, a built-in comes before
 * installed ones and the older object before the younger; who loses is not used at all.
 */
export interface Catalog {
  find(use: Use): CatalogEntry | undefined;
  /** Those that are in use. */
  list(): readonly CatalogEntry[];
  get(name: string): CatalogEntry | undefined;
  conflictOf(name: string): Conflict | undefined;
  put(entry: CatalogEntry): void;
  remove(name: string): void;
}

export interface CatalogOptions {
  readonly builtIns: readonly CatalogEntry[];
  /** Another entry, or a changed one, answers for a use. */
  onUse(use: Use): void;
  /** A plugin came into a conflict, or out of one. */
  onConflict(name: string): void;
}

interface Answer {
  readonly use: Use;
  readonly entry: CatalogEntry;
}

interface Standing {
  readonly answers: ReadonlyMap<string, Answer>;
  readonly active: readonly CatalogEntry[];
  readonly conflicts: ReadonlyMap<string, Conflict>;
}

export function createCatalog({ builtIns, onUse, onConflict }: CatalogOptions): Catalog {
  const installed = new Map<string, CatalogEntry>();
  let standing = standingOf(builtIns, installed);
  const change = () => {
    const before = standing;
    standing = standingOf(builtIns, installed);
    for (const [key, { use, entry }] of new Map([...before.answers, ...standing.answers])) {
      const old = before.answers.get(key)?.entry;
      if (!old || !standing.answers.has(key) || !isSame(old, entry)) onUse(use);
    }
    for (const name of new Set([...before.conflicts.keys(), ...standing.conflicts.keys()])) {
      if (before.conflicts.get(name)?.owner !== standing.conflicts.get(name)?.owner) onConflict(name);
    }
  };
  return {
    find: (use) => standing.answers.get(keyOf(use))?.entry,
    list: () => standing.active,
    get: (name) => installed.get(name) ?? builtIns.find((entry) => entry.name === name),
    conflictOf: (name) => standing.conflicts.get(name),
    put(entry) {
      installed.set(entry.name, entry);
      change();
    },
    remove(name) {
      if (installed.delete(name)) change();
    },
  };
}

function standingOf(
  builtIns: readonly CatalogEntry[],
  installed: ReadonlyMap<string, CatalogEntry>,
): Standing {
  const answers = new Map<string, Answer>();
  const active: CatalogEntry[] = [];
  const conflicts = new Map<string, Conflict>();
  const present = builtIns.filter(({ name }) => !installed.has(name));
  for (const entry of [...present, ...[...installed.values()].sort(olderFirst)]) {
    const taken = entry.provides.find((use) => answers.has(keyOf(use)));
    const owner = taken && answers.get(keyOf(taken))?.entry;
    if (taken && owner && entry.origin !== 'built-in') {
      conflicts.set(entry.name, { use: taken, owner: owner.name, builtIn: owner.origin === 'built-in' });
      continue;
    }
    active.push(entry);
    for (const use of entry.provides) {
      if (!answers.has(keyOf(use))) answers.set(keyOf(use), { use, entry });
    }
  }
  return { answers, active, conflicts };
}

/** Whether nobody who uses them could tell them apart. */
function isSame(a: CatalogEntry, b: CatalogEntry): boolean {
  if (a === b) return true;
  return (
    a.name === b.name &&
    a.origin !== 'built-in' &&
    b.origin !== 'built-in' &&
    a.revision !== undefined &&
    a.revision === b.revision &&
    a.suspended === b.suspended &&
    a.module?.digest === b.module?.digest
  );
}

function olderFirst(a: CatalogEntry, b: CatalogEntry): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

function keyOf({ kind, type }: Use): string {
  return `${kind}/${type}`;
}
