import { BuildResponse } from '@flux-host/sdk/contract/builder.ts';
import Value from 'typebox/value';
import { unexpectedAnswer } from './errors.ts';

/** @throws FluxError when a plugin's answer is not what the contract says */
export function checkAnswer(plugin: string, answer: unknown): BuildResponse {
  if (Value.Check(BuildResponse, answer)) return answer;
  const [problem] = Value.Errors(BuildResponse, answer);
  throw unexpectedAnswer(plugin, problem?.message ?? 'it is empty');
}
