import { getNamed, objectsNamed } from '../../cluster/object-arguments.ts';
import { Failed, usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { completeObjects } from '../complete-objects.ts';
import { pageData } from './data.ts';
import { explanationOf } from './explanation.ts';
import { findingOf } from './look.ts';
import { pageText } from './page.ts';
import { withPodTrouble } from './pod.ts';

/** `flux explain` */
export const explain: Command = {
  name: 'explain',
  usage: '<resource>/<name>',
  short: 'Explain why an object is not ready',
  long: `The explain command shows on one page why an object is not ready: the chain from the source through the
Kustomizations and HelmReleases that lead to it, what they applied and is not healthy, down to the pod and its
container; where the trouble begins, the conditions, the last events, and what to do next.

It takes objects of Flux and any others, e.g. deployment/web. The exit code is 0 when the object is ready, 1 when not.`,
  example: `  # Why is a Kustomization not ready?
  flux explain kustomization/apps -n flux-system

  # Why is a Deployment not available, and where does it come from?
  flux explain -n apps deployment web

  # For scripts
  flux explain hr/podinfo -n apps -o json`,
  flags: {
    output: {
      type: 'string',
      short: 'o',
      default: 'text',
      choices: ['text', 'json'],
      about: "the format of the explanation, 'text' or 'json'",
      check: (value) => (value === 'text' || value === 'json' ? undefined : 'must be one of: text, json'),
    },
  },
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    const [named, ...more] = objectsNamed(args);
    if (!named || more.length > 0) throw usageError('one object can be explained at a time');
    const { resource, object } = await getNamed(named, invocation);
    const { client } = await invocation.cluster();
    const subject = withPodTrouble(findingOf(resource, object));
    const page = await explanationOf(subject, { client, signal });
    const isJson = flags.text('output') === 'json';
    io.out(isJson ? `${JSON.stringify(pageData(page), null, 2)}\n` : pageText(page, Date.now()));
    if (!page.isReady) throw new Failed();
  },
  complete: completeObjects,
};
