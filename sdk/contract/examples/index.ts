import type { PluginKind } from '../manifest.ts';
import { chartExamples } from './chart.ts';
import type { Example } from './example.ts';
import { notifierExamples } from './notifier.ts';
import {
  builderExamples,
  commandExamples,
  decryptorExamples,
  policyExamples,
  receiverExamples,
  sourceExamples,
} from './others.ts';

/** The golden examples of every kind. */
export const examples: Readonly<Record<PluginKind, readonly Example[]>> = {
  source: sourceExamples,
  builder: builderExamples,
  chart: chartExamples,
  notifier: notifierExamples,
  policy: policyExamples,
  decryptor: decryptorExamples,
  receiver: receiverExamples,
  command: commandExamples,
};
