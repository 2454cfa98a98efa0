import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { Invocation } from '../../command/types.ts';
import { exported } from '../../kinds/canonical.ts';
import type { FluxKind } from '../../kinds/types.ts';
import { yamlDocument } from '../../output/document.ts';
import { upsert, waitReady } from './upsert.ts';

export interface GenerateOptions {
  /** What is said of the object when it is ready, where Flux says something else than `Kind name is ready`. */
  readonly ready?: string;
}

/**
 * What the create commands do with the object that their flags describe: print it with `--export`, else apply it and wait
 * until it is ready. Objects that nothing reconciles are ready when they are there.
 * @returns the object as it is in the cluster; undefined when it was printed only
 */
export async function generate(
  kind: FluxKind,
  object: KubeObject,
  invocation: Invocation,
  options: GenerateOptions = {},
): Promise<KubeObject | undefined> {
  const { flags, log, io } = invocation;
  const { resource } = kind;
  const { ready: done = `${resource.kind} ${object.metadata.name} is ready` } = options;
  const text = () => yamlDocument(exported(resource, object, kind.pointers));
  if (flags.is('export')) {
    io.out(text());
    return undefined;
  }
  log.generate(`generating ${resource.kind}`);
  if (flags.is('verbose')) io.out(text());
  log.action(`applying ${resource.kind}`);
  log.success(`${resource.kind} ${await upsert(resource, object, invocation)}`);
  log.waiting(`waiting for ${resource.kind} reconciliation`);
  const ready = kind.isStatic?.(object) ? object : await waitReady(resource, object, invocation);
  log.success(done);
  return ready;
}
