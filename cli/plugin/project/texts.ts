import { kindFacts, sampleInput } from './kinds.ts';
import type { NewProject } from './new-files.ts';

/** The README of a new project. */
export function readme({ name, kind, language }: NewProject): string {
  const { description, usage, runFlags } = kindFacts[kind];
  const { file } = sampleInput(kind, name);
  const run = [kind === 'notifier' ? `--event ${file}` : `--request ${file}`, runFlags]
    .filter(Boolean)
    .join(' ');
  const sources =
    language === 'go'
      ? '`main.go` is the plugin, `plugin.json` says what it provides and asks for. `main_test.go` has its tests.'
      : '`plugin.ts` is the plugin: what it provides, what it asks for, and what it does. `plugin.test.ts` has its tests.';
  const skips = language === 'go' ? '`conformance.json`' : '`fluxPlugin.conformance` of `package.json`';
  return `# ${name}

${description}. A ${kind} plugin for Flux.

${sources}

\`\`\`sh
npm test                                  # builds it, tries it with the golden examples of its kind, runs its own tests
flux plugin build                         # writes ${name}.wasm
flux plugin run ${name}.wasm ${run}
flux plugin inspect ${name}.wasm          # what it asks for
flux plugin push oci://registry.example.com/${name}:1.0.0 --sign
flux plugin install oci://registry.example.com/${name}:1.0.0
${usage ? `kubectl apply -f ${usage.file}\n` : kind === 'command' ? `flux ${name}\n` : ''}\`\`\`

Settings for the golden examples, and examples that do not fit with the reason why, are in ${skips}.
`;
}

/** A workflow that tests every change and publishes every tag. */
export function workflow(name: string): string {
  return `name: plugin
on:
  push:
    branches: [main]
    tags: ['v*']
  pull_request:

jobs:
  plugin:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      packages: write
    steps:
      - uses: actions/checkout@v4
      # The flux command: the variable FLUX_HOST_REPOSITORY names the repository that it comes from.
      - uses: actions/checkout@v4
        with:
          repository: \${{ vars.FLUX_HOST_REPOSITORY }}
          path: .flux-host
      - run: |
          mkdir -p "$RUNNER_TEMP/bin"
          printf '#!/bin/sh\\nexec node "%s/.flux-host/scripts/run.mjs" flux "$@"\\n' "$GITHUB_WORKSPACE" > "$RUNNER_TEMP/bin/flux"
          chmod +x "$RUNNER_TEMP/bin/flux"
          echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
      - run: flux plugin test
      - run: flux plugin build
      - if: startsWith(github.ref, 'refs/tags/v')
        env:
          COSIGN_PRIVATE_KEY: \${{ secrets.COSIGN_PRIVATE_KEY }}
          COSIGN_PASSWORD: \${{ secrets.COSIGN_PASSWORD }}
          GITHUB_TOKEN: \${{ secrets.GITHUB_TOKEN }}
        run: |
          umask 077
          printf '%s' "$COSIGN_PRIVATE_KEY" > "$RUNNER_TEMP/cosign.key"
          printf '%s' "$GITHUB_TOKEN" | docker login ghcr.io -u "$GITHUB_ACTOR" --password-stdin
          flux plugin push "oci://ghcr.io/\${GITHUB_REPOSITORY_OWNER,,}/${name}:\${GITHUB_REF_NAME#v}" --sign --key "$RUNNER_TEMP/cosign.key"
`;
}
