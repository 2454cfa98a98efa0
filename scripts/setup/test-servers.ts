import { goBuild } from '../go.ts';
import type { Step } from '../steps.ts';

interface GoTool {
  readonly name: string;
  /** Folder below `test/servers`, and file below `.build/test`. */
  readonly dir: string;
  readonly usually: string;
  /** The module is in the folder itself, not above it. */
  readonly alone?: boolean;
  /** A tool of the module: there is no code of our own. */
  readonly tool?: string;
}

function goTool({ name, dir, usually, alone = false, tool }: GoTool): Step {
  const source = `test/servers/${dir}`;
  const module = alone ? [] : ['test/servers/go.mod', 'test/servers/go.sum', 'test/servers/internal'];
  return {
    name,
    inputs: [source, ...module, 'scripts/go.ts', 'scripts/setup/test-servers.ts'],
    outputs: [`.build/test/${dir}`],
    usually,
    run: (log) =>
      goBuild(
        {
          dir: source,
          out: `.build/test/${dir}`,
          ldflags: '-s -w',
          // As for flux: what the tools share is compiled once.
          env: { CGO_ENABLED: '0' },
          ...(tool ? { package: tool } : {}),
        },
        log,
      ),
  };
}

/** The OCI registry of the distribution project. */
export const registryServer = goTool({ name: 'OCI registry', dir: 'registry', usually: '40 s' });

/** A registry with the referrers API. */
export const referrersServer = goTool({
  name: 'OCI registry with referrers',
  dir: 'referrers',
  usually: '10 s',
});

export const natsServer = goTool({ name: 'NATS server', dir: 'nats', usually: '20 s' });

export const cosignTool = goTool({ name: 'cosign', dir: 'cosign', usually: '2 min', alone: true });

/** The command line of SOPS, which encrypts what tests decrypt. */
export const sopsTool = goTool({
  name: 'sops',
  dir: 'sops',
  usually: '1 min',
  alone: true,
  tool: 'github.com/getsops/sops/v3/cmd/sops',
});

/** The command line of Helm, of the version whose engine the helm plugin has. */
export const helmTool = goTool({
  name: 'helm',
  dir: 'helm',
  usually: '2 min',
  alone: true,
  tool: 'helm.sh/helm/v4/cmd/helm',
});

/** The command line of Helm 3, whose users move over with their releases. */
export const helm3Tool = goTool({
  name: 'helm 3',
  dir: 'helm3',
  usually: '1 min',
  alone: true,
  tool: 'helm.sh/helm/v3/cmd/helm',
});

/** Signs and verifies with the library of the Notary Project. */
export const notationTool = goTool({ name: 'notation', dir: 'notation', usually: '30 s', alone: true });

/** An S3 service on a folder: Versity's gateway. */
export const s3Server = goTool({
  name: 'S3 server',
  dir: 's3',
  usually: '1 min',
  alone: true,
  tool: 'github.com/versity/versitygw/cmd/versitygw',
});

/** Google Cloud Storage in memory. */
export const gcsServer = goTool({
  name: 'Google Cloud Storage server',
  dir: 'gcs',
  usually: '1 min',
  alone: true,
  tool: 'github.com/fsouza/fake-gcs-server',
});
