/** Lets so many in at once; the others wait in line, and those for whom there is no place in the line are turned away. */
export interface Gate {
  /** @returns gives the place back; undefined when too many wait */
  enter(): Promise<(() => void) | undefined>;
}

export function createGate({ places, line }: { places: number; line: number }): Gate {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const leave = (): void => {
    const next = waiting.shift();
    // The place is handed on: nobody can slip in between.
    if (next) next();
    else taken -= 1;
  };
  return {
    async enter() {
      if (taken >= places) {
        if (waiting.length >= line) return undefined;
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else taken += 1;
      return leave;
    },
  };
}
