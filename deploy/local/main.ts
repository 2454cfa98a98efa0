import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { root } from '../../scripts/paths.ts';
import { usage } from './errors.ts';
import { down, env, status, up } from './verbs.ts';

const verbs = { up, down, env, status };

function isVerb(name: string): name is keyof typeof verbs {
  return Object.hasOwn(verbs, name);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { dir: { type: 'string' }, port: { type: 'string' }, purge: { type: 'boolean' } },
    });
  } catch (error) {
    throw usage(errorText(error));
  }
}

async function main(): Promise<void> {
  const { positionals, values } = readArguments(process.argv.slice(2));
  const [verb = '', ...rest] = positionals;
  if (!isVerb(verb) || rest.length > 0) throw usage(`"${positionals.join(' ')}" is not understood`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw usage(`--port ${values.port} is not a port number`);
  }
  await verbs[verb]({
    dir: values.dir ?? join(root, '.local'),
    explicitDir: values.dir !== undefined,
    port,
    purge: values.purge ?? false,
  });
}

try {
  await main();
} catch (error) {
  const code = error instanceof FluxError ? `${error.code}: ` : '';
  process.stderr.write(`✗ ${code}${errorText(error)}\n`);
  process.exitCode = 1;
}
