/** The built program, which alone has a thread for large responses. */
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { readAside as ReadAside } from '../../../../src/federation/saml/reader/read-aside.js';
import { seconds } from '../../../../src/base/clock.js';
import { rsaKeys } from '../stand-in/keys.js';
import { posted, response } from '../stand-in/response.js';
import { expecting } from './reading.js';

const built = join(import.meta.dirname, '../../../../dist/federation/saml/reader/read-aside.js');

/** How often other work had its turn meanwhile. */
async function turnsWhile(encoded: string): Promise<{ readonly turns: number; readonly said: unknown }> {
  const { readAside } = (await import(built)) as { readonly readAside: typeof ReadAside };
  let turns = 0;
  const reading = readAside(encoded, expecting());
  for (let said; said === undefined; turns++)
    said = await Promise.race([reading, new Promise<undefined>((next) => setImmediate(next, undefined))]);
  return { turns, said: await reading };
}

describe('a large response', () => {
  const groups = Array.from({ length: 1500 }, (_, n) => `cn=group-${n},ou=groups,dc=example,dc=com`);
  const large = posted(response({ attributes: { groups } }));

  const advice = (inner: string) => ({ more: { statements: `<saml:Advice>${inner}</saml:Advice>` } });

  test('is read beside other work, as a small one is where it comes', async () => {
    const small = await turnsWhile(posted(response()));
    expect([small.said, small.turns]).toMatchObject([{ kind: 'verified' }, 1]);
    const read = await turnsWhile(large);
    expect(read.said).toMatchObject({ kind: 'verified', assertion: { attributes: new Map([['groups', groups]]) } });
    expect(read.turns).toBeGreaterThan(10);
  });

  test('is one with long text', async () => {
    const { turns, said } = await turnsWhile(posted(response(advice('x'.repeat(40_000)))));
    expect([said, turns > 3]).toMatchObject([{ kind: 'verified' }, true]);
  });

  test.each([
    ['elements', response(advice('<a/>'.repeat(700)))],
    ['attributes', response(advice(`<a ${Array.from({ length: 30 }, (_, n) => `a${n}=""`).join(' ')}/>`.repeat(20)))],
    ['what nobody sees yet', response({ encrypted: { keys: rsaKeys('sp') }, ...advice('<a/>'.repeat(900)) })],
  ])('is one with many %s, too, however short it is', async (_what, xml) => {
    expect(posted(xml).length).toBeLessThan(20_000);
    const { turns, said } = await turnsWhile(posted(xml));
    expect(said).toMatchObject({ kind: 'verified' });
    expect(turns).toBeGreaterThan(3);
  });

  test('is refused for the same reasons, and not read if too many wait', async () => {
    const { readAside } = (await import(built)) as { readonly readAside: typeof ReadAside };
    const stranger = expecting({ signingKeys: [rsaKeys('stranger').publicKey] });
    expect(await readAside(large, stranger)).toEqual({ kind: 'refused', reason: 'saml-signature', unknownKey: true });
    const many = await Promise.all(Array.from({ length: 25 }, () => readAside(large, expecting())));
    expect(many.filter((said) => said === 'busy')).toHaveLength(5);
  });

  describe('after a pause', () => {
    afterEach(() => {
      jest.useRealTimers();
    });

    test('is read by a new thread, even while the last one ends', async () => {
      const { readAside } = (await import(built)) as { readonly readAside: typeof ReadAside };
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
      expect(await readAside(large, expecting())).toMatchObject({ kind: 'verified' });
      jest.advanceTimersByTime(seconds(30));
      expect(await readAside(large, expecting())).toMatchObject({ kind: 'verified' });
    });
  });
});
