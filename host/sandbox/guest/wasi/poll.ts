import type { WasiContext, WasiFunctions } from './context.ts';
import { Errno, errno } from './errno.ts';
import { now } from './system-functions.ts';

const subscriptionSize = 48;
const eventSize = 32;
const hangupFlag = 1;

interface Wakeup {
  readonly userdata: bigint;
  readonly type: number;
  readonly error: number;
  readonly bytes: number;
  readonly hangup: boolean;
}

interface Subscriptions {
  /** What has happened by now. */
  due(): Wakeup[];
  /** When the earliest timer fires, in nanoseconds of the monotonic clock; null without one. */
  readonly deadline: bigint | null;
}

/** `poll_oneoff`: how a language's scheduler sleeps and waits for its connections. The thread sleeps, it does not spin. */
export function pollFunctions(context: WasiContext): WasiFunctions {
  const { memory } = context;
  return {
    poll_oneoff: (input: number, output: number, count: number, result: number) => {
      if (count < 1 || count > 4096) throw new Errno(errno.EINVAL);
      const subscriptions = read(context, input >>> 0, count);
      let events = subscriptions.due();
      while (events.length === 0) {
        const { deadline } = subscriptions;
        const left = deadline === null ? null : Number(deadline - now(1)) / 1e6;
        context.wait(left === null ? null : Math.max(left, 0));
        events = subscriptions.due();
      }
      const view = memory.view();
      for (const [index, event] of events.entries()) {
        const at = (output >>> 0) + index * eventSize;
        for (let offset = 0; offset < eventSize; offset += 8) view.setBigUint64(at + offset, 0n, true);
        view.setBigUint64(at, event.userdata, true);
        view.setUint16(at + 8, event.error, true);
        view.setUint8(at + 10, event.type);
        view.setBigUint64(at + 16, BigInt(event.bytes), true);
        view.setUint16(at + 24, event.hangup ? hangupFlag : 0, true);
      }
      view.setUint32(result >>> 0, events.length, true);
    },
  };
}

function read(context: WasiContext, input: number, count: number): Subscriptions {
  const view = context.memory.view();
  const timers: { userdata: bigint; at: bigint }[] = [];
  const files: { userdata: bigint; type: number; fd: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = input + index * subscriptionSize;
    const userdata = view.getBigUint64(at, true);
    const type = view.getUint8(at + 8);
    if (type === 0) {
      const clock = view.getUint32(at + 16, true);
      const timeout = view.getBigUint64(at + 24, true);
      const absolute = (view.getUint16(at + 40, true) & 1) !== 0;
      const delay = absolute ? timeout - now(clock) : timeout;
      timers.push({ userdata, at: now(1) + (delay > 0n ? delay : 0n) });
    } else if (type <= 2) {
      files.push({ userdata, type, fd: view.getUint32(at + 16, true) });
    } else {
      throw new Errno(errno.EINVAL);
    }
  }
  return {
    deadline: timers.reduce<bigint | null>(
      (earliest, { at }) => (earliest === null || at < earliest ? at : earliest),
      null,
    ),
    due() {
      const time = timers.length > 0 ? now(1) : 0n;
      return [
        ...timers
          .filter(({ at }) => at <= time)
          .map(({ userdata }) => ({ userdata, type: 0, error: 0, bytes: 0, hangup: false })),
        ...files.flatMap((file) => state(context, file)),
      ];
    },
  };
}

function state(
  context: WasiContext,
  { userdata, type, fd }: { userdata: bigint; type: number; fd: number },
): Wakeup[] {
  try {
    // What cannot make a reader wait, a file, is always ready.
    const { readable, writable, hangup } = context.descriptors.get(fd).ready?.() ?? {
      readable: 1,
      writable: true,
      hangup: false,
    };
    if (type === 1 && readable === 0 && !hangup) return [];
    if (type === 2 && !writable && !hangup) return [];
    return [{ userdata, type, error: 0, bytes: readable, hangup }];
  } catch (error) {
    if (error instanceof Errno) return [{ userdata, type, error: error.number, bytes: 0, hangup: false }];
    throw error;
  }
}
