import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareDocuments } from '../../../../differences/compare.ts';
import { redacted } from '../redacted.ts';
import type { Change, Report } from '../types.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';
import { textReport } from './text.ts';

const owner = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  namespace: 'flux-system',
  name: 'apps',
};

function drifted(name: string, from: unknown, to: unknown): Change {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name };
  return {
    ref,
    action: 'drifted',
    differences: compareDocuments({ data: { key: from } }, { data: { key: to } }),
  };
}

function reportOf(changes: readonly Change[], ...errors: FluxError[]): Report {
  return { sections: [{ owner, changes, failures: errors.map((error) => ({ error })) }] };
}

test('a report without sections is empty text, and says so in a comment', () => {
  assert.is(textReport({ sections: [] }), '');
  assert.is(markdownReport({ sections: [] }), '## Flux diff\n\nNo changes.\n');
  assert.equal(JSON.parse(jsonReport({ sections: [] })), {
    summary: { created: 0, drifted: 0, deleted: 0, skipped: 0, failed: 0 },
    sections: [],
  });
});

test('a value cannot end its block of code in a comment, however many backticks it has', () => {
  const text = markdownReport(reportOf([drifted('one', 'a', '```\n# heading\n@everyone ````')]));
  const [fence = ''] = /`{4,}(?=diff)/.exec(text) ?? [];
  assert.is(fence.length, 5);
  assert.is(text.split(fence).length, 3);
});

test('a name cannot bring markup into a comment', () => {
  const text = markdownReport(reportOf([drifted('<img src=x>`@team`[a](b)', 'a', 'b')]));
  assert.not.match(text, '<img');
  assert.not.match(text, '@team');
  assert.not.match(text, '[a](b)');
});

test('a comment that would be too long has its differences left out first, and says how many', () => {
  const many = Array.from({ length: 300 }, (_, index) => drifted(`object-${index}`, 'a', 'x'.repeat(500)));
  const text = markdownReport(reportOf(many), 30_000);
  assert.ok(text.length <= 30_000, String(text.length));
  assert.match(
    text,
    /_Left out, since it would be too long: the differences of \d+ objects, \d+ more entries\._\n$/,
  );
  assert.match(text, '**300 changed** in 1 place.');
});

test('what failed is in every format, with its code where that helps', () => {
  const report = reportOf([], new FluxError('FLUX_E_BUILD', 'apps/x.yaml: line 2', { hint: 'mend it' }));
  assert.is(
    textReport(report),
    '📁 Kustomization/flux-system/apps changed\n✗ apps/x.yaml: line 2 (hint: mend it)\n',
  );
  assert.match(
    markdownReport(report),
    '- ✗ FLUX_E_BUILD\n\n  ```\n  apps/x.yaml: line 2\n  hint: mend it\n  ```\n',
  );
  assert.equal(JSON.parse(jsonReport(report)).sections[0].failures, [
    { code: 'FLUX_E_BUILD', message: 'apps/x.yaml: line 2', hint: 'mend it' },
  ]);
});

test('values of Secrets are taken out of differences and failures, wherever they are in there', () => {
  const redactor = createRedactor();
  redactor.add('hunter22-secret');
  const report = reportOf(
    [
      drifted('one', 'x hunter22-secret', { list: ['hunter22-secret'], map: { a: 'hunter22-secret' } }),
      drifted('two', ['a', 'hunter22-secret', 'b'], ['hunter22-secret', 'b', 'a']),
    ],
    new FluxError('FLUX_E_BUILD', 'it has hunter22-secret', { hint: 'not hunter22-secret' }),
  );
  const clean = redacted(report, redactor);
  for (const text of [textReport(clean), markdownReport(clean), jsonReport(clean)]) {
    assert.not.match(text, 'hunter22');
    assert.match(text, '*****');
  }
});

test.run();
