// Run by test_whatif.py, which names the cases the Python arithmetic worked out (WHATIF_CASES) and the module (WHATIF_MODULE).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const source = readFileSync(process.env.WHATIF_MODULE, 'utf8');
const whatif = await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`);
const cases = JSON.parse(readFileSync(process.env.WHATIF_CASES, 'utf8'));
const near = (a, b, what) => assert.ok(a === b || Math.abs(a - b) < 1e-7, `${what}: ${a} is not ${b}`);

test('there are cases to compare', () => assert.ok(cases.length > 50));

cases.forEach((each, number) => test(`case ${number} gives the figures of the server`, () => {
  const found = whatif.analyse(each.model, each.weights);
  for (const [id, total] of Object.entries(each.totals)) near(found.totals[id], total, `total of ${id}`);
  assert.deepEqual(found.ranks, each.ranks);
  assert.deepEqual(found.leaders, each.leaders);
  for (const [id, [low, high]] of Object.entries(each.bands)) {
    near(found.bands[id].low, low, `low end of ${id}`);
    near(found.bands[id].high, high, `high end of ${id}`);
  }
  assert.equal(found.flips.length, each.flips.length);
  found.flips.sort((a, b) => a.weight - b.weight).forEach((flip, i) => near(flip.weight, each.flips[i], 'flip'));
  assert.equal(found.sentence, each.sentence);
}));

test('no weight at all is no analysis', () => assert.equal(whatif.analyse(cases[0].model, Object.fromEntries(cases[0].model.groups.map((g) => [g.id, 0]))), null));

test('a slider cannot say 33.33, so 33 leaves the agreed weight alone', () => {
  assert.equal(whatif.asked('33', 33.33), 33.33);
  assert.equal(whatif.asked('34', 33.33), 34);
  assert.equal(whatif.asked(null, 33.33), 33.33);
  assert.equal(whatif.asked('much', 20), 20);
  assert.equal(whatif.asked('-1', 20), 20);
});

test('a share finds its place on the track while the other sliders stand still', () => {
  near(whatif.alongTrack(0.2, 80, 0, 60), 100 * 20 / 60, 'share 0.2 is slider 20');
  near(whatif.alongTrack(0.5, 80, 0, 60), 100, 'slider 80 lies beyond a track of 60');
  near(whatif.alongTrack(1, 80, 0, 60), 100, 'the whole weight');
  near(whatif.alongTrack(0, 80, 0, 60), 0, 'no weight');
});
