import { basename } from 'node:path';
import { errorText } from '@flux-host/host/errors/text.ts';
import { load } from 'js-yaml';
import type Type from 'typebox';
import Value from 'typebox/value';
import type { Invocation } from '../../command/types.ts';
import { catalogError } from '../errors.ts';
import { download } from './download.ts';
import { Catalog, catalogVersion, faultOf, NativeManifest } from './schema.ts';

type Context = Pick<Invocation, 'io' | 'signal'>;

const defaultBase = 'https://github.com/fluxcd/plugins/releases/latest/download/';
const maxBytes = 10 * 2 ** 20;
const timeoutMs = 30_000;

/** Of plugins and the programs that they are: both become names of files. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * What the catalog says of a plugin.
 * @throws FluxError FLUX_E_CLI_PLUGIN_CATALOG when it is not there or not what a catalog holds
 */
export async function fetchManifest(name: string, context: Context): Promise<NativeManifest> {
  const quoted = JSON.stringify(name);
  if (!plainName.test(name)) throw catalogError(`${quoted} is no name of a plugin`);
  const { status, text } = await fetchText(`${name}.yaml`, context).catch((error: unknown) => {
    context.signal.throwIfAborted();
    throw unreachable(`cannot ask the catalog for plugin ${quoted}`, error);
  });
  if (status !== 200) {
    throw catalogError(
      `plugin ${quoted} not found in catalog`,
      status === 404
        ? 'see "flux plugin search"; a Wasm plugin is installed by its address, oci://…, or its file'
        : `the catalog answered with status ${status}`,
    );
  }
  const manifest = parse(NativeManifest, text, `plugin manifest for ${quoted}`);
  expectKind(manifest, 'Plugin', `plugin ${quoted}`);
  const { bin } = manifest;
  if (bin !== basename(bin) || !bin.startsWith('flux-') || !plainName.test(bin)) {
    throw catalogError(
      `plugin ${quoted} has invalid bin ${JSON.stringify(bin)} (must be a plain filename prefixed with "flux-")`,
    );
  }
  if (!plainName.test(manifest.name)) {
    throw catalogError(`plugin ${quoted} has invalid name ${JSON.stringify(manifest.name)}`);
  }
  return manifest;
}

/** @throws FluxError FLUX_E_CLI_PLUGIN_CATALOG */
export async function fetchCatalog(context: Context): Promise<Catalog> {
  const { status, text } = await fetchText('catalog.yaml', context).catch((error: unknown) => {
    context.signal.throwIfAborted();
    throw unreachable('failed to fetch plugin catalog', error);
  });
  if (status !== 200) throw catalogError(`failed to fetch plugin catalog: HTTP ${status}`);
  const catalog = parse(Catalog, text, 'plugin catalog');
  expectKind(catalog, 'PluginCatalog', 'plugin catalog');
  return catalog;
}

function fetchText(file: string, { io, signal }: Context): Promise<{ status: number; text: string }> {
  const base = io.env['FLUXCD_PLUGIN_CATALOG'] || defaultBase;
  const url = `${base}${base.endsWith('/') ? '' : '/'}${file}`;
  return download(url, { env: io.env, timeoutMs, signal }, async (response) => ({
    status: response.status,
    text: await response.text(maxBytes),
  }));
}

function unreachable(what: string, error: unknown): Error {
  return catalogError(
    `${what}: ${errorText(error)}`,
    'the variable FLUXCD_PLUGIN_CATALOG can name a catalog that is within reach',
  );
}

function parse<Schema extends Type.TSchema>(schema: Schema, text: string, what: string): Type.Static<Schema> {
  const failed = (why: string) => catalogError(`failed to parse ${what}: ${why}`);
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw failed(errorText(error));
  }
  if (!Value.Check(schema, value)) throw failed(faultOf(schema, value));
  return value;
}

function expectKind(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  expected: string,
  what: string,
): void {
  if (apiVersion !== catalogVersion) {
    throw catalogError(
      `${what} has unsupported apiVersion ${JSON.stringify(apiVersion)} (expected "${catalogVersion}")`,
    );
  }
  if (kind !== expected) {
    throw catalogError(`${what} has unexpected kind ${JSON.stringify(kind)} (expected "${expected}")`);
  }
}
