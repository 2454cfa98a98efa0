import { parentPort } from 'node:worker_threads';
import { FluxError } from '../../errors/flux-error.ts';
import type { RenderAnswer, RenderJob } from './protocol.ts';
import { render } from './render.ts';

if (!parentPort) throw new Error('this file is the body of a worker thread');
const port = parentPort;

port.on('message', async ({ id, work }: RenderJob) => {
  try {
    if (work.kind !== 'render') {
      // Most builds decrypt nothing.
      const { runSopsTask } = await import('../../sops/work/tasks.ts');
      port.postMessage({ id, result: runSopsTask(work) } satisfies RenderAnswer);
      return;
    }
    const result = render(work.stream, work.substitution);
    port.postMessage(
      { id, result } satisfies RenderAnswer,
      result.chunks.map((chunk) => chunk.buffer),
    );
  } catch (error) {
    port.postMessage(answerTo(id, error));
  }
});

function answerTo(id: number, error: unknown): RenderAnswer {
  if (!(error instanceof FluxError)) {
    return { id, crash: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { code, message, hint, reason } = error;
  return { id, failure: { code, message, ...(hint ? { hint } : {}), ...(reason ? { reason } : {}) } };
}
