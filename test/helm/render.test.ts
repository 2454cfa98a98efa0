import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../helpers/helm.ts';
import { failingCharts } from './charts/failures.ts';
import { structureCharts } from './charts/structure.ts';
import { templateCharts } from './charts/templates.ts';
import { openHelmPlugin } from './plugin.ts';
import { startRenderings } from './rendering.ts';

const [plugin, helm] = await Promise.all([openHelmPlugin(), startHelm()]);
const renderings = await startRenderings(plugin, helm);
test.after(async () => {
  renderings.close();
  await Promise.all([plugin.close(), helm.close()]);
});

for (const chart of [...templateCharts, ...structureCharts]) {
  test(`a chart with ${chart.has} renders to what helm renders`, async () => {
    const expected = await renderings.helm(chart);
    assert.is(expected.error, undefined);
    assert.equal(await renderings.plugin(chart), expected);
  });
}

/** How each of the two calls the file of a failure. */
const same = (error = '') =>
  error
    .replace(/\n\nUse --debug flag to render out invalid YAML$/, '')
    .replace(/^(INSTALLATION FAILED|execution error): /, '')
    .trim();

for (const chart of failingCharts) {
  test(`a chart with ${chart.has} fails with what helm says`, async () => {
    const expected = await renderings.helm(chart);
    assert.ok(expected.error, 'helm renders it');
    const { error } = await renderings.plugin(chart);
    assert.is(same(error), same(expected.error));
  });
}

test.run();
