/** A binary heap: `pop` gives the element that `before` puts first. Removal of other elements is by the caller's marking them. */
export interface Heap<T> {
  readonly size: number;
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];

  function swapIf(child: number, parent: number): boolean {
    const a = items[child];
    const b = items[parent];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    items[child] = b;
    items[parent] = a;
    return true;
  }

  function sink(from: number): void {
    for (let parent = from; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      const a = items[left];
      const b = items[right];
      const child = a !== undefined && b !== undefined && before(b, a) ? right : left;
      if (!swapIf(child, parent)) return;
      parent = child;
    }
  }

  return {
    get size() {
      return items.length;
    },
    push(item) {
      items.push(item);
      for (let child = items.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!swapIf(child, parent)) return;
        child = parent;
      }
    },
    peek: () => items[0],
    pop() {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) {
        items[0] = last;
        sink(0);
      }
      return first;
    },
  };
}
