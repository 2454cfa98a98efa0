import { Failed } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { preview } from '../texts.ts';
import { checkControllers, checkDefinitions, checkVersion } from './installation.ts';
import { checkKubernetes } from './kubernetes.ts';

/** `flux check` */
export const check: Command = {
  name: 'check',
  short: 'Check requirements and installation',
  long: preview(`The check command will perform a series of checks to validate that
the local environment is configured correctly and if the installed components are healthy.`),
  example: `  # Run pre-installation checks
  flux check --pre

  # Run installation checks
  flux check`,
  noArguments: true,
  flags: {
    pre: { type: 'bool', about: 'only run pre-installation checks' },
    components: {
      type: 'list',
      hidden: true,
      about: 'accepted for compatibility: what is installed is found by its label',
    },
    'components-extra': {
      type: 'list',
      hidden: true,
      about: 'accepted for compatibility: what is installed is found by its label',
    },
    'poll-interval': {
      type: 'duration',
      hidden: true,
      default: '5s',
      about: 'accepted for compatibility: changes are watched, not polled',
    },
  },
  async run(invocation) {
    const { flags, log } = invocation;
    log.action('checking prerequisites');
    const isSupported = await checkKubernetes(invocation);
    if (flags.is('pre')) {
      if (!isSupported) throw new Failed();
      log.success('prerequisites checks passed');
      return;
    }
    log.action('checking version in cluster');
    const isInstalled = await checkVersion(invocation);
    log.action('checking controllers');
    const isRunning = await checkControllers(invocation);
    log.action('checking crds');
    const isDefined = await checkDefinitions(invocation);
    if (!(isSupported && isInstalled && isRunning && isDefined)) {
      log.failure('check failed');
      throw new Failed();
    }
    log.success('all checks passed');
  },
};
