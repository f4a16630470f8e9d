/** The lifecycle of keys over time. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { days, hours, minutes, now, seconds } from '../../src/base/clock.js';
import { background } from '../../src/jobs/background.js';
import { jobRuns } from '../../src/jobs/job.js';
import { keyJob, longestUse, retireKey, rotateKeys } from '../../src/realm/keys/key-rotation.js';
import { KeyRingService } from '../../src/realm/keys/key-ring-service.js';
import { keyRings, type KeyUse } from '../../src/realm/keys/key-ring.js';
import { settings } from '../../src/realm/settings/settings.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { SettingsService, UNSAVED } from '../../src/realm/settings/settings-service.js';
import { findKey, showKeys } from '../../src/realm/keys/key-summary.js';
import { changingStore, host, processOn } from '../changes/one-process.js';
import { passes } from '../support/passes.js';
import type { TemporaryStore } from '../support/store.js';

let opened: TemporaryStore;
let parts: { readonly keys: KeyRingService; readonly settings: SettingsService };
let runDue: () => Promise<readonly string[]>;
beforeEach(async () => {
  opened = await changingStore([keyRings, settings, jobRuns]);
  const process = processOn(opened.store);
  parts = { keys: new KeyRingService(process), settings: new SettingsService(process) };
  await parts.keys.open(host);
  await parts.settings.save(host, DEFAULTS, UNSAVED);
  const jobs = background(opened.store.installation, [keyJob(parts)]);
  runDue = () =>
    jobs.runDue((error) => {
      throw error;
    });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await opened.close();
});

// Shorter than keys sign, so that each rotation is over before the next one.
const WEEK = { idleSeconds: 86_400, absoluteSeconds: 7 * 86_400 };
const DEFAULTS = settingsInput.parse({ rememberedSession: WEEK });
const shown = async (use: KeyUse) => (await showKeys(parts)).filter((key) => key.use === use);
const states = async (use: KeyUse) => (await shown(use)).map(({ algorithm, state }) => `${algorithm} ${state}`).sort();
const kids = () => parts.keys.current().signing.map(({ kid }) => kid);

test('keys rotate by themselves: published an hour before they sign, verifying until what they signed has ended, gone', async () => {
  const [ecBefore] = kids();
  expect(await runDue()).toEqual(['keys']);
  expect(await states('signing')).toEqual(['ES256 signs', 'EdDSA signs', 'RSA signs']);

  passes(days(90) - hours(2));
  await runDue();
  expect(await states('signing')).toEqual(['ES256 signs', 'EdDSA signs', 'RSA signs']);

  passes(hours(1));
  await runDue();
  expect(await states('signing')).toEqual(
    ['ES256', 'EdDSA', 'RSA'].flatMap((each) => [`${each} next`, `${each} signs`]),
  );
  expect(kids()).toHaveLength(6);
  expect(kids()[0]).toBe(ecBefore);
  const [next] = (await shown('signing')).filter(({ state }) => state === 'next');
  expect((next?.until ?? 0) - now()).toBe(seconds(DEFAULTS.keys.publishSeconds));

  passes(hours(1));
  expect(await states('signing')).toEqual(
    ['ES256', 'EdDSA', 'RSA'].flatMap((each) => [`${each} signs`, `${each} verifies`]),
  );
  expect(kids()[0]).toBe(next?.kid);
  expect(kids()).toContain(ecBefore);

  const longest = longestUse(DEFAULTS);
  expect(longest).toBeGreaterThan(seconds(WEEK.absoluteSeconds));
  passes(longest - 1);
  await runDue();
  expect(kids()).toContain(ecBefore);
  passes(1);
  expect(kids()).not.toContain(ecBefore);
  passes(minutes(30));
  await runDue();
  expect((await parts.keys.rings()).signing).toHaveLength(3);
});

test('what seals cookies and forms rotates too; what passwords were hashed with never does', async () => {
  const before = parts.keys.current();
  for (const span of [days(90) - hours(1), hours(1)]) {
    passes(span);
    await runDue();
  }
  const after = parts.keys.current();
  for (const use of ['cookies', 'csrf'] as const) {
    expect(after[use][0]).not.toBe(before[use][0]);
    expect(after[use]).toContain(before[use][0]);
  }
  expect(after.pepper).toEqual(before.pepper);
});

test('a key that signed while sessions could last longer verifies for as long as they may', async () => {
  await rotateKeys(parts, host, 'signing', { atOnce: true });
  const longer = { ...DEFAULTS, session: { idleSeconds: 3600, absoluteSeconds: 30 * 86_400 } };
  const { version } = await parts.settings.get();
  const saved = await parts.settings.save(host, longer, version);
  await runDue();
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  await parts.settings.save(host, DEFAULTS, saved.value.version);
  passes(hours(1));
  await runDue();
  const verifying = (await shown('signing')).filter(({ state }) => state === 'verifies');
  expect(verifying).toHaveLength(3);
  for (const key of verifying) expect(key.until).toBeGreaterThan(now() + days(29));
});

describe('rotated by hand', () => {
  test('keys are published now and sign an hour later; asked again, no others are made', async () => {
    const first = await rotateKeys(parts, host, 'signing', { atOnce: false });
    expect(first.made).toBe(true);
    expect(first.published.map(({ signsFrom }) => signsFrom - now() > minutes(59))).toEqual([true, true, true]);
    const again = await rotateKeys(parts, host, 'signing', { atOnce: false });
    expect(again).toMatchObject({ made: false });
    expect(again.published.map(({ kid }) => kid)).toEqual(first.published.map(({ kid }) => kid));
    expect((await parts.keys.rings()).signing).toHaveLength(6);
  });

  test('in an emergency those that were published sign in ten seconds, when every process has them', async () => {
    const { published } = await rotateKeys(parts, host, 'signing', { atOnce: false });
    const sooner = await rotateKeys(parts, host, 'signing', { atOnce: true });
    expect(sooner.published.map(({ kid }) => kid)).toEqual(published.map(({ kid }) => kid));
    const [before] = kids();
    passes(seconds(9));
    expect(kids()[0]).toBe(before);
    passes(seconds(1));
    expect(kids()[0]).toBe(published.find(({ algorithm }) => algorithm === 'ES256')?.kid);
  });
});

describe('a key that is ended', () => {
  const retire = async (kid: string | undefined) => {
    const found = await findKey(parts.keys, kid ?? '');
    if (!found) throw new Error('There is no such key.');
    return retireKey(parts, host, found);
  };

  test('is not believed any more, and the one that was to follow signs at once', async () => {
    const [before] = kids();
    const { published } = await rotateKeys(parts, host, 'signing', { atOnce: false });
    const successor = await retire(before);
    expect(published.map(({ kid }) => kid)).toContain(successor?.kid);
    expect(kids()[0]).toBe(successor?.kid);
    expect(kids()).not.toContain(before);
  });

  test('is followed by a new one where none was to follow', async () => {
    const [before] = kids();
    const successor = await retire(before);
    expect(kids()).toEqual(expect.arrayContaining([successor?.kid]));
    expect(kids()).not.toContain(before);
    expect(kids()).toHaveLength(3);
  });

  test('before it signed leaves the one that signs signing for good', async () => {
    const [before] = kids();
    await rotateKeys(parts, host, 'signing', { atOnce: false });
    for (const { kid, state } of await shown('signing'))
      if (state === 'next') expect(await retire(kid)).toBeUndefined();
    passes(days(60));
    expect(kids()[0]).toBe(before);
    expect(await states('signing')).toEqual(['ES256 signs', 'EdDSA signs', 'RSA signs']);
  });
});
