import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { Updater } from 'tuf-js';
import { errorText } from '../../errors/text.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { noPublicRoot } from '../errors.ts';
import { egressFetcher } from './fetcher.ts';

/** A TUF repository, and the root that everything in it is trusted by. */
export interface RootRepository {
  readonly url: string;
  /** Content of the `root.json` that is known from the start. */
  readonly root: Uint8Array;
}

export interface PublicRootOptions {
  readonly egress: Egress;
  /** Folder for what is known of the repository: it may only ever become newer. */
  readonly dir: string;
  /** Default: that of Sigstore's public instance. */
  readonly repository?: RootRepository;
  readonly now?: () => number;
}

const target = 'trusted_root.json';
/** How long it is taken for the newest. */
const freshMs = 24 * 60 * 60_000;
/** As in Flux: who cannot be reached is not asked more often. */
const pauseMs = 60_000;

/**
 * The trusted root of Sigstore's public instance, as cosign gets it: by TUF, from its repository. It is asked for once, when somebody needs it; one
 * that is known is used while the repository cannot be reached.
 * @returns a function that gives the content of `trusted_root.json`; it throws FluxError FLUX_E_SIGNATURE_TRUST_ROOT
 */
export function createPublicRoot(options: PublicRootOptions): () => Promise<string> {
  const { repository = publicRepository(), now = Date.now } = options;
  let known: { readonly text: string; readonly until: number } | undefined;
  let failed: { readonly error: Error; readonly until: number } | undefined;
  let asked: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    try {
      const text = await update({ ...options, repository });
      known = { text, until: now() + freshMs };
      failed = undefined;
      return text;
    } catch (error) {
      failed = { error: noPublicRoot(repository.url, errorText(error)), until: now() + pauseMs };
      if (known) return known.text;
      throw failed.error;
    }
  };
  return async () => {
    if (known && now() < known.until) return known.text;
    if (failed && now() < failed.until) {
      if (known) return known.text;
      throw failed.error;
    }
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}

async function update({
  egress,
  dir,
  repository: { url, root },
}: PublicRootOptions & { repository: RootRepository }): Promise<string> {
  const targets = join(dir, 'targets');
  await mkdir(targets, { recursive: true });
  const options = {
    metadataDir: dir,
    metadataBaseUrl: url,
    targetDir: targets,
    targetBaseUrl: `${url}/targets`,
    fetcher: egressFetcher(egress),
  };
  const updater = await opened(options, root);
  await updater.refresh();
  const info = await updater.getTargetInfo(target);
  if (!info) throw new Error(`it has no ${target}`);
  const file = (await updater.findCachedTarget(info)) ?? (await updater.downloadTarget(info));
  return readFile(file, 'utf8');
}

/** What is on the disk counts, unless it cannot be read. */
async function opened(options: ConstructorParameters<typeof Updater>[0], root: Uint8Array): Promise<Updater> {
  try {
    return new Updater(options);
  } catch {
    await writeFile(join(options.metadataDir, 'root.json'), root);
    return new Updater(options);
  }
}

function publicRepository(): RootRepository {
  const [found] = Object.entries(seeds);
  if (!found) throw new Error('the package of Sigstore has no root');
  const [url, { 'root.json': root }] = found;
  return { url, root: Buffer.from(root, 'base64') };
}
