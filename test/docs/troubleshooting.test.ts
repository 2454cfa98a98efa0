import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pages, productSources, withoutCode } from './sources.ts';

const page = pages().get('troubleshooting.md') ?? '';
const sources = productSources();

/** Reasons of conditions and events that are no trouble. */
const goodNews = new Set(['NewArtifact', 'NewRevision', 'ReconciliationSucceeded', 'Succeeded']);
/** Replaced by the reason of the step in which it happens. */
const replaced = new Set(['PluginNotFound']);
/** Of events only. */
const eventsOnly = new Set(['ArtifactVerificationFailed', 'Migration', 'ResolvedDependencies']);

const used = new Set<string>();
for (const [file, text] of sources) {
  if (!file.startsWith('host/')) continue;
  for (const [, reason = ''] of text.matchAll(/\breason(?:: | = )'([A-Z][A-Za-z]+)'/g)) used.add(reason);
}

const headings = [...withoutCode(page).matchAll(/^### ([A-Z]\w+)$/gm)].map((match) => match[1] ?? '');
const cells = [...page.matchAll(/^\| ((?:`[A-Z][A-Za-z]+`(?:, )?)+) \|/gm)].flatMap((match) =>
  [...(match[1] ?? '').matchAll(/`(\w+)`/g)].map(([, reason = '']) => reason),
);

test('every reason that the host gives is explained', () => {
  const silent = [...used].filter(
    (reason) => !goodNews.has(reason) && !replaced.has(reason) && !eventsOnly.has(reason),
  );
  assert.ok(silent.length > 10, 'reasons were found in the sources');
  assert.equal(
    silent.filter((reason) => !page.includes(reason)),
    [],
  );
});

test('every reason on the page is one that the product gives', () => {
  const all = [...sources.values()].join('\n');
  const unknown = [...headings, ...cells].filter(
    (reason) => !all.includes(`'${reason}'`) && !all.includes(`"${reason}"`),
  );
  assert.ok(headings.length > 8);
  assert.equal(unknown, []);
});

/** Parts of quoted messages that come from the sources word for word, whatever the objects are called. */
const fixedParts = [
  'Source artifact not found, waiting for',
  'kustomization path not found:',
  'revision is not up to date',
  'dependency circle:',
  'without a kustomization.yaml every YAML file below the path is applied',
  'variable not set (strict mode):',
  'add the variable to spec.postBuild, or give it a default:',
  'or set optional: true',
  'timeout waiting for:',
  'failed early due to stalled resources',
  'see the events of the object:',
  'cross-namespace references have been blocked',
  'ExternalArtifact feature gate is disabled',
  'failed to checkout and determine revision',
  "couldn't find remote ref",
  "'known_hosts' is required",
  'the git plugin negotiates from its own list',
  'the host is starting',
  'reconciliation is suspended for this object',
  'leader election failed, trying again',
  'plugin left out',
];

for (const part of fixedParts) {
  test(`the page and the product both say "${part}"`, () => {
    assert.ok(page.includes(part), 'not on the page');
    const said = [...sources].some(
      ([, text]) => text.includes(part) || text.includes(part.replaceAll("'", "\\'")),
    );
    assert.ok(said, 'in no source');
  });
}

test.run();
