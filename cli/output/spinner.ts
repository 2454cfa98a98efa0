import type { Io } from '../io.ts';

/** What is going on, in one line that moves. */
export interface Spinner {
  say(text: string): void;
  stop(): void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const eraseLine = '\r\u001b[K';

/** Shows progress on a terminal; nothing where standard error is none. */
export function startSpinner(text: string, { terminals, err }: Pick<Io, 'terminals' | 'err'>): Spinner {
  if (!terminals?.err) return { say() {}, stop() {} };
  let current = text;
  let frame = 0;
  const draw = (): void => {
    frame = (frame + 1) % frames.length;
    err(`${eraseLine}${frames[frame]} ${current}`);
  };
  const timer = setInterval(draw, 100);
  return {
    say(next) {
      current = next;
    },
    stop() {
      clearInterval(timer);
      err(eraseLine);
    },
  };
}
