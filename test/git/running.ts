/** What was started for a test file, to be stopped with it. */
export interface Running {
  /** Waits for something to start and keeps it. */
  start<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T>;
  /** Stops everything, the last first. */
  stop(): Promise<void>;
}

/** Collects the servers and plugins that a test file starts. */
export function running(): Running {
  const started: { close(): Promise<void> }[] = [];
  return {
    async start(starting) {
      const one = await starting;
      started.push(one);
      return one;
    },
    async stop() {
      for (const one of started.splice(0).reverse()) await one.close();
    },
  };
}
