import { isRecord } from '@flux-host/host/json.ts';
import type { Helm } from '../../../helpers/helm.ts';
import type { World } from '../../harness.ts';
import { at, isReady, type Live, summaryOf } from '../../live.ts';
import { recordsIn } from './records.ts';
import type { Victim, Victims } from './releases.ts';

const patienceMs = 240_000;
const leftoversMs = 20_000;
/** Helm's own limit, see `spec.maxHistory`. */
const mostRecords = 5;

/** Waits until everything is as it was asked for. @returns what is not: lost, stuck, or left behind */
export async function outcomeOf(world: World, victims: Victims, helm: Helm): Promise<string[]> {
  const problems: string[] = [];
  for (const victim of victims.all) {
    problems.push(
      ...(victim.wanted ? await checkThere(world, victim) : await checkGone(world, victim, victims)),
    );
  }
  const { records, problems: broken } = await recordsIn(world, victims.namespace);
  problems.push(...broken);
  const env = { KUBECONFIG: world.cluster.kubeconfig, HELM_NAMESPACE: victims.namespace };
  for (const { name, wanted } of victims.all) {
    const own = records.filter(({ release }) => release === name);
    const statuses = own.map(({ status }) => status);
    if (!wanted) {
      if (own.length > 0) problems.push(`${name} is gone, its records are not: ${statuses.join(', ')}`);
      continue;
    }
    const before = statuses.slice(0, -1).filter((status) => !['superseded', 'failed'].includes(status));
    if (statuses.at(-1) !== 'deployed' || before.length > 0) problems.push(`${name}: ${statuses.join(', ')}`);
    if (own.length > mostRecords) problems.push(`${name} has ${own.length} records`);
    const told: unknown = JSON.parse(await helm.run(['history', name, '-o', 'json'], env));
    const seen = (Array.isArray(told) ? told : []).map((each) =>
      isRecord(each) ? `${each['revision']} ${each['status']}` : '',
    );
    const expected = own.map(({ version, status }) => `${version} ${status}`);
    if (seen.join() !== expected.join()) problems.push(`helm history of ${name} tells ${seen.join()}`);
  }
  return problems;
}

async function checkThere(world: World, { name, ref, wanted }: Victim): Promise<string[]> {
  const step = String(wanted?.step);
  const [, namespace] = ref.split('/');
  let last: Live | undefined;
  const isSettled = async () => {
    last = await world.find(ref);
    return isReady(last) && at(last, 'status', 'history', 0, 'status') === 'deployed';
  };
  if (!(await within(patienceMs, isSettled))) return [`${ref} is stuck: ${summaryOf(last)}`];
  const problems: string[] = [];
  const settings = await world.find(`ConfigMap/${namespace}/${name}-settings`);
  if (settings?.data?.['step'] !== step) {
    problems.push(`${name} is at step ${settings?.data?.['step']}, not ${step}`);
  }
  const odd = await world.find(`ConfigMap/${namespace}/${name}-odd`);
  if ((odd !== undefined) !== (Number(step) % 2 === 1))
    problems.push(`${name}-odd does not belong to ${step}`);
  const web = await world.find(`Deployment/${namespace}/${name}-web`);
  const image = at(web, 'spec', 'template', 'spec', 'containers', 0, 'image');
  if (image !== `example.com/app:v${step}`) problems.push(`${name} runs ${String(image)} at step ${step}`);
  return [...problems, ...(await checkSteady(world, ref))];
}

/** What is as it should be stays: another look does not upgrade it. */
async function checkSteady(world: World, ref: string): Promise<string[]> {
  const version = (object: Live | undefined) => at(object, 'status', 'history', 0, 'version');
  const before = version(await world.find(ref));
  const requestedAt = await world.request(ref);
  const looked = await world.until(
    ref,
    'to be looked at',
    ({ status }) => status?.lastHandledReconcileAt === requestedAt,
    patienceMs,
  );
  return version(looked) === before ? [] : [`${ref} is upgraded again without a reason`];
}

async function checkGone(world: World, { name, ref }: Victim, { namespace }: Victims): Promise<string[]> {
  const isGone = async () => (await world.find(ref)) === undefined;
  if (!(await within(patienceMs, isGone))) return [`${ref} stays: ${summaryOf(await world.find(ref))}`];
  const left = [
    `ConfigMap/${namespace}/${name}-settings`,
    `ConfigMap/${namespace}/${name}-odd`,
    `Deployment/${namespace}/${name}-web`,
    `Job/${namespace}/${name}-migrate`,
    `HelmChart/${namespace}/${namespace}-${name}`,
  ];
  const present = async () => {
    const found = await Promise.all(left.map(async (each) => ((await world.find(each)) ? [each] : [])));
    return found.flat();
  };
  // Some are deleted only just now.
  await within(leftoversMs, async () => (await present()).length === 0);
  return (await present()).map((each) => `${each} was left behind`);
}

async function within(timeoutMs: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}
