/** Who refers to what: answers "whom does a change of this concern" without walking all objects. */
export class ReferenceIndex {
  readonly #targets = new Map<string, readonly string[]>();
  readonly #referrers = new Map<string, Set<string>>();

  /** Replaces what `from` refers to; an empty list forgets it. */
  set(from: string, to: readonly string[]): void {
    for (const target of this.#targets.get(from) ?? []) {
      const referrers = this.#referrers.get(target);
      referrers?.delete(from);
      if (referrers?.size === 0) this.#referrers.delete(target);
    }
    if (to.length === 0) {
      this.#targets.delete(from);
      return;
    }
    this.#targets.set(from, to);
    for (const target of to) {
      const referrers = this.#referrers.get(target);
      if (referrers) referrers.add(from);
      else this.#referrers.set(target, new Set([from]));
    }
  }

  referrers(to: string): readonly string[] {
    return [...(this.#referrers.get(to) ?? [])];
  }
}
