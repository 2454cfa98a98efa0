import type { Rollback } from '../../plugins/plugin-host.ts';
import type { Library } from './library.ts';

/** Remembers that a module was rolled back, so that it is not tried again, also after a restart. */
export async function recordRollback(
  library: Library,
  { plugin, from, to, error }: Rollback,
  redact: (text: string) => string,
): Promise<void> {
  await library.update(plugin, (record) => {
    const { current, previous } = record ?? {};
    if (!record || current?.digest !== from || previous?.digest !== to) return record;
    const { previous: _used, ...rest } = record;
    return {
      ...rest,
      current: previous,
      rejected: { digest: from, image: current.image, message: redact(error.message) },
    };
  });
}
