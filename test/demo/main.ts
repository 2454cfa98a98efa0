import { parseArgs } from 'node:util';
import { done, failed, heading, note } from './screen.ts';
import { steps } from './steps.ts';
import { createWorld, type World } from './world.ts';

const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });

const stopped = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve());
  process.once('SIGTERM', () => resolve());
});

process.exitCode = await demo();

async function demo(): Promise<number> {
  let world: World | undefined;
  try {
    heading('Starting');
    world = await createWorld();
    for (const step of steps) {
      heading(step.title);
      await step.run(world);
    }
    if (!values.exit) {
      lookAround(world);
      await stopped;
    }
    return 0;
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error));
    if (world) note((await world.host.logs()).slice(-3000));
    return 1;
  } finally {
    heading('Stopping');
    await world?.close();
    done('nothing is left behind');
  }
}

function lookAround({ controlPlane, repository, host }: World): void {
  heading('Look around');
  process.stdout.write(`
  export KUBECONFIG=${controlPlane.kubeconfig}
  npm run flux -- get all
  npm run flux -- events
  npm run flux -- reconcile kustomization apps --with-source

  The repository to push to:  git clone ${repository.url}
  The host's log:             ${host.logFile}
  Its metrics:                ${host.metricsUrl}

  Ctrl-C stops everything and removes it.
`);
}
