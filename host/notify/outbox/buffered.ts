/** How long lines that nobody waits for may wait themselves, ms. */
const laterMs = 100;

type Write = (text: string, ids: readonly string[]) => Promise<void>;

/** Collects lines while a write is under way; the next write takes them all. */
export class Buffered {
  readonly #write: Write;
  readonly #onError: (error: unknown) => void;
  #lines: string[] = [];
  #ids: string[] = [];
  #running: Promise<void> | undefined;
  /** Of the lines that the running write does not cover. */
  #next = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(write: Write, onError: (error: unknown) => void) {
    this.#write = write;
    this.#onError = onError;
  }

  /** @returns resolves when the line is written, or could not be */
  push(line: string, id: string): Promise<void> {
    this.#lines.push(line);
    this.#ids.push(id);
    const { promise } = this.#next;
    this.#start();
    return promise;
  }

  /** For lines that are not urgent. */
  pushLater(line: string): void {
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.#start(), laterMs);
  }

  async close(): Promise<void> {
    while (this.#lines.length > 0 || this.#running) {
      this.#start();
      await this.#running;
    }
    clearTimeout(this.#timer);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // What comes in the same turn goes along.
    await Promise.resolve();
    while (this.#lines.length > 0) {
      const lines = this.#lines;
      const ids = this.#ids;
      const { resolve } = this.#next;
      this.#lines = [];
      this.#ids = [];
      this.#next = Promise.withResolvers();
      try {
        await this.#write(lines.join(''), ids);
      } catch (error) {
        this.#onError(error);
      }
      resolve();
    }
    // At once, in the same turn as the last look at the lines: a line that comes now has to start the next round.
    this.#running = undefined;
  }
}
