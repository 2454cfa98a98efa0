import { PluginError } from '@flux-host/sdk/typescript';

/** What an ARN of a key says about where the key is. */
export interface Place {
  readonly region: string;
  /** Domain of the services of the partition. */
  readonly domain: string;
}

const arn = /^arn:(aws[\w-]*):kms:([a-z0-9-]+):[0-9]+:(?:key|alias)\/.+$/;
const domains: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
};

/** @throws PluginError when it is none, or of a partition that is not known */
export function placeOf(text: string): Place {
  const [, partition = '', region = ''] = arn.exec(text) ?? [];
  const domain = domains[partition];
  if (!domain) throw new PluginError(`no valid ARN found in '${text.slice(0, 200)}'`);
  return { region, domain };
}
