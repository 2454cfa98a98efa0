import { defineCommand, readTextFile, walk } from '@flux-host/sdk/typescript';

/** `flux my-plugin` counts the Kubernetes objects in the current folder by kind. */
export default defineCommand({
  name: 'my-plugin',
  requests: { memory: '64Mi', timeout: '30s' },
  // Runs on the user's machine, in the sandbox: it reads the current folder at /in, and nothing else.
  run({ args }) {
    if (args.length > 0)
      return { stderr: `my-plugin takes no arguments, and got ${args.join(' ')}\n`, exitCode: 1 };
    const counts = new Map<string, number>();
    for (const file of walk('/in')) {
      if (!/\.ya?ml$/.test(file)) continue;
      for (const [, kind = ''] of readTextFile(file).matchAll(/^kind: *(\w+)/gm)) {
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
    const lines = [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, count]) => `${count} ${kind}\n`);
    return { stdout: lines.join(''), exitCode: 0 };
  },
});
