import { isDeepStrictEqual } from 'node:util';
import { parseYaml } from '@flux-host/host/build/yaml/parse.ts';
import type { Example } from '../../contract/examples/example.ts';
import type { PluginKind } from '../../contract/manifest.ts';
import type { RecordedAnswer } from '../recorded.ts';
import { faultOfAnswer, good, shown } from './common.ts';
import { asRecord, examplesOf, optionsFor } from './requests.ts';
import type { Check, Subject } from './types.ts';

/** What the host relies on beyond the shape of messages, for each kind. */
export const kindChecks: Readonly<Record<PluginKind, (subject: Subject) => Check[]>> = {
  notifier: notifierChecks,
  source: sourceChecks,
  builder: builderChecks,
  chart: chartChecks,
  policy: policyChecks,
  decryptor: () => [],
  receiver: () => [],
  command: () => [],
};

const canary = 'canary-4f1d8c';

function notifierChecks(subject: Subject): Check[] {
  const [example] = good(subject);
  if (!example) return [];
  const against = async (answer: RecordedAnswer, secret = subject.setup.secret) => {
    const options = optionsFor(subject, example);
    return subject.plugin.run({ ...options, ...(secret && { secret }), respond: () => answer });
  };
  const isTriedAgain = (answer: RecordedAnswer) => async () => {
    const { failure, output, requests } = await against(answer);
    if (requests.length === 0) return undefined;
    if (!failure) return `it answered ${shown(output)}, so the event would be lost`;
    return failure.terminal ? 'its failure is terminal, so the event would be lost' : undefined;
  };
  return [
    {
      name: 'notify: an event is sent, or the answer says why not',
      run: async () => {
        const { requests, output, failure } = await against({ ...subject.setup.respond?.[0] });
        if (requests.length > 0 || failure || asRecord(output)['skipped'] !== undefined) return undefined;
        return 'it sent nothing and said nothing: answer {"skipped": "why"}';
      },
    },
    {
      name: 'notify: a server that is away for a while is tried again',
      run: isTriedAgain({ status: 503, body: 'away' }),
    },
    {
      name: 'notify: a server that wants fewer requests is tried again',
      run: isTriedAgain({ status: 429, headers: { 'retry-after': '7' }, body: 'slowly' }),
    },
    {
      name: 'notify: a secret is in no message',
      run: async () => {
        const keys = subject.plugin.manifest.requests.secretKeys ?? [];
        const secret = { ...subject.setup.secret, ...Object.fromEntries(keys.map((key) => [key, canary])) };
        const { failure, log } = await against({ status: 401, body: 'denied' }, secret);
        const said = [failure?.message, failure?.hint, ...log].join('\n');
        return said.includes(canary) ? `the value of a secret is in: ${said}` : undefined;
      },
    },
  ];
}

function sourceChecks(subject: Subject): Check[] {
  const [resolve, fetch] = ['resolve', 'fetch'].map((name) =>
    good(subject).find(({ operation }) => operation === name),
  );
  if (!resolve || !fetch) return [];
  const run = (example: Example, more: object) => {
    const options = optionsFor(subject, example);
    return subject.plugin.run({ ...options, request: { ...options.request, ...more } });
  };
  return [
    {
      name: 'fetch: gives the revision that resolve found, and files',
      run: async () => {
        const resolved = await run(resolve, {});
        const fault = faultOfAnswer(subject, resolve, resolved);
        if (fault) return `resolve: ${fault}`;
        const found = asRecord(resolved.output);
        const fetched = await run(fetch, { resolved: found['resolved'] });
        const { revision } = asRecord(fetched.output);
        if (revision !== found['revision']) {
          return `resolve found ${shown(found['revision'])}, fetch gave ${shown(revision)}`;
        }
        return Object.keys(fetched.files).length > 0 ? undefined : 'it wrote no file below /out';
      },
    },
    {
      name: 'resolve: what did not move has the same revision',
      run: async () => {
        const { revision } = asRecord((await run(resolve, {})).output);
        const again = asRecord((await run(resolve, { revision })).output);
        return again['revision'] === revision
          ? undefined
          : `first ${shown(revision)}, then ${shown(again['revision'])}`;
      },
    },
  ];
}

function builderChecks(subject: Subject): Check[] {
  const [example] = good(subject);
  if (!example) return [];
  return [
    {
      name: 'build: gives Kubernetes objects',
      run: async () => {
        const { output } = await subject.plugin.run(optionsFor(subject, example));
        const { resources } = asRecord(output);
        if (typeof resources !== 'string') return undefined;
        const documents = resources.split(/^---\s*$/m).filter((text) => text.trim() !== '');
        const wrong = documents.map(parseYaml).find((each) => {
          const { apiVersion, kind, metadata } = asRecord(each);
          return !apiVersion || !kind || !asRecord(metadata)['name'];
        });
        return wrong === undefined ? undefined : `it has no apiVersion, kind or name: ${shown(wrong)}`;
      },
    },
  ];
}

function chartChecks(subject: Subject): Check[] {
  const [inspect, pack] = ['inspect', 'package'].map((name) =>
    good(subject).find(({ operation }) => operation === name),
  );
  if (!inspect || !pack) return [];
  const packaged = () => subject.plugin.run(optionsFor(subject, pack));
  return [
    {
      name: 'package: writes the archive that it names, and nothing else',
      run: async () => {
        const { output, files } = await packaged();
        const { file } = asRecord(output);
        const written = Object.keys(files);
        if (file !== undefined && written.length === 1 && written[0] === file) return undefined;
        return `it named ${shown(file)}, and wrote ${shown(written)}`;
      },
    },
    {
      name: 'package: the same chart gives the same archive',
      run: async () => {
        const [first, second] = [await packaged(), await packaged()];
        return isDeepStrictEqual(first.files, second.files) ? undefined : 'the second archive is another one';
      },
    },
    {
      name: 'package: the chart keeps the name that inspect tells',
      run: async () => {
        const { metadata } = asRecord((await subject.plugin.run(optionsFor(subject, inspect))).output);
        const { name } = asRecord((await packaged()).output);
        const told = asRecord(metadata)['name'];
        return name === told ? undefined : `inspect told ${shown(told)}, package ${shown(name)}`;
      },
    },
  ];
}

function policyChecks(subject: Subject): Check[] {
  return [
    {
      name: 'select: gives one of the tags',
      run: async () => {
        for (const example of examplesOf(subject)) {
          const options = optionsFor(subject, example);
          const { tag } = asRecord((await subject.plugin.run(options)).output);
          const tags: unknown = options.request['tags'];
          if (tag !== undefined && !(Array.isArray(tags) && tags.includes(tag))) {
            return `it chose ${shown(tag)}, which is none of ${shown(tags)}`;
          }
        }
        return undefined;
      },
    },
    {
      name: 'select: the order of the tags does not matter',
      run: async () => {
        const [example] = good(subject);
        if (!example) return undefined;
        const options = optionsFor(subject, example);
        const tags = Array.isArray(options.request['tags']) ? options.request['tags'] : [];
        const turned = { ...options, request: { ...options.request, tags: tags.toReversed() } };
        const first = asRecord((await subject.plugin.run(options)).output)['tag'];
        const second = asRecord((await subject.plugin.run(turned)).output)['tag'];
        return first === second ? undefined : `first ${shown(first)}, then ${shown(second)}`;
      },
    },
  ];
}
