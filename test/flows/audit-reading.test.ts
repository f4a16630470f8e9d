/** The audit trail as administrators read it at the command line, and as people see their own sign-ins, beside a running server. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seconds } from '../../src/base/clock.js';
import { application, ask, signIn } from '../support/application.js';
import { blocksOf } from '../support/documents.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { commandsAt } from '../cli/in-process.js';
import { flowRealm, signedIn, stores } from './flow-host.js';

const app = application('public');
const NOBODY = 'correct horse battery';

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));
  let commands: ReturnType<typeof commandsAt>;
  const audit = (...args: string[]): Promise<string> => commands.says('audit', ...args);
  const json = async (...args: string[]) =>
    JSON.parse(await audit('list', '--json', ...args)) as {
      readonly records: readonly Record<string, unknown>[];
      readonly next?: string;
    };
  const kindsOf = async (...args: string[]) => (await json(...args)).records.map((record) => record['kind']);
  let bob: Visitor;

  beforeAll(async () => {
    commands = commandsAt({
      GATEHOUSE_STORE: host.storeAddress,
      GATEHOUSE_KEYS: host.keysFolder,
      GATEHOUSE_LOG_LEVEL: 'silent',
    });
    await signIn(new Visitor(), ask(host, app), 'bob', 'not the password of bob');
    await signIn(new Visitor(), ask(host, app), NOBODY, 'any password');
    bob = (await signedIn(host, app, {}, 'bob')).visitor;
    await commands.says(
      'user',
      'edit',
      'bob',
      '--name',
      'Robert Baker',
      '--email',
      'bob@audit.test',
      '--email-verified',
    );
    await chained();
  });

  /** Returns when all records so far are in the chain. */
  async function chained(): Promise<void> {
    const until = performance.now() + seconds(20);
    for (;;) {
      const [last] = (await json('--limit', '1')).records;
      const shown = await audit('show', String(last?.['id']));
      if (/In the chain +as number/.test(shown)) return;
      if (performance.now() > until) throw new Error(`It is not in the chain:\n${shown}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  describe('gatehouse audit list', () => {
    test('says when, what, who, whom, how it ended and for which application', async () => {
      const lines = (await audit('list', '--subject', 'bob', '--kind', 'sign-in')).split('\n');
      expect(lines[0]).toMatch(/^TIME +KIND +ACTOR +SUBJECT +OUTCOME +CLIENT +ID$/);
      expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +sign-in +bob +bob +success +public +\S+$/);
      expect(lines[2]).toMatch(/^\S+ +sign-in +system sign-in +bob +failure: wrong-credentials +public +\S+$/);
      expect(lines).toHaveLength(3);
    });

    test('finds a name and an address as a whole, in any spelling, and never by a part', async () => {
      expect(await kindsOf('--identifier', 'BOB@audit.test')).toEqual(['user.changed']);
      expect(await kindsOf('--identifier', 'bob@audit')).toEqual([]);
      expect(await kindsOf('--identifier', 'Bob', '--kind', 'sign-in')).toEqual(['sign-in', 'sign-in']);
      const [signedInAs] = (await json('--actor', 'bob', '--kind', 'sign-in')).records;
      const { address } = signedInAs?.['actor'] as { readonly address: string };
      const network = address.includes(':') ? '::/48' : '127.0.0.0/24';
      for (const from of [address, network]) {
        expect((await kindsOf('--address', from, '--kind', 'sign-in')).length).toBeGreaterThanOrEqual(3);
      }
      expect(await kindsOf('--address', '203.0.113.9')).toEqual([]);
    });

    test('finds failed sign-ins by a name that no user has, which is stored nowhere', async () => {
      const [failed, ...more] = (await json('--identifier', NOBODY)).records;
      expect([failed?.['outcome'], failed?.['why'], more]).toEqual(['failure', 'wrong-credentials', []]);
      expect(JSON.stringify(failed)).not.toContain(NOBODY);
      expect(await host.dump()).not.toContain(NOBODY);
    });

    test('continues where a page ended, without a gap or a repetition', async () => {
      const whole = (await json('--limit', '1000')).records.map(({ id }) => id);
      const first = await json('--limit', '3');
      const second = await json('--limit', '1000', '--after', first.next ?? '');
      expect([...first.records, ...second.records].map(({ id }) => id)).toEqual(whole);
    });

    test('counts what has been since a time and before another', async () => {
      const [latest] = (await json('--limit', '1')).records;
      const at = new Date(Number(latest?.['at'])).toISOString();
      expect((await json('--from', at)).records.map(({ id }) => id)).toContain(latest?.['id']);
      expect((await json('--until', at)).records.map(({ id }) => id)).not.toContain(latest?.['id']);
    });

    test.each([
      ['--outcome', 'perhaps'],
      ['--address', '10.0.0.0/8'],
      ['--from', 'yesterday'],
      ['--limit', '0'],
      ['--after', 'x'],
    ])('does not understand %s %s, and says what it takes', async (option, value) => {
      const { code, err } = await commands.command('audit', 'list', option, value);
      expect([code, err.join()]).toEqual([2, expect.stringMatching(new RegExp(`^${option} takes`))]);
    });
  });

  describe('gatehouse audit show', () => {
    test('says all of a record, and what was before and after', async () => {
      const [changed] = (await json('--subject', 'bob', '--kind', 'user.changed', '--limit', '1')).records;
      const shown = await audit('show', String(changed?.['id']));
      expect(shown).toMatch(/^Kind +user\.changed$/m);
      expect(shown).toMatch(/^Actor +host \S+$/m);
      expect(shown).toMatch(/^Subject +bob$/m);
      expect(shown).toContain('\nChanged:\n');
      expect(shown).toContain('\n+ profile.name: Robert Baker');
      expect(shown).toContain('\n+ email: bob@audit.test');
      expect(shown).not.toContain('username');
    });

    test('names a record that is not there', async () => {
      const { code, err } = await commands.command('audit', 'show', 'nothing');
      expect([code, err]).toEqual([1, ['There is no audit record nothing.']]);
    });
  });

  describe('gatehouse audit export', () => {
    const exported = async (...args: string[]) =>
      (await audit('export', ...args)).split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

    test('prints the chain in its order, each link with its record, and continues after a sequence', async () => {
      const lines = await exported();
      expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, i) => i + 1));
      for (const { id, kind: linked, digest, signature, record } of lines) {
        expect(record).toMatchObject({ id, kind: linked });
        expect([digest, signature]).toEqual([expect.any(String), expect.any(String)]);
      }
      expect((await exported('--after', '3'))[0]).toEqual(lines[3]);
    });

    test('opens personal data, or leaves it sealed where digests are to be computed', async () => {
      const change = ({ record }: Record<string, unknown>): boolean =>
        (record as { readonly kind: string }).kind === 'user.changed';
      expect(JSON.stringify((await exported()).filter(change))).toContain('bob@audit.test');
      expect(JSON.stringify((await exported('--sealed')).filter(change))).not.toContain('bob@audit.test');
    });
  });

  test('an export is proved with the public key alone, as docs/audit.md describes', async () => {
    const ordered = (value: unknown): unknown => {
      if (Array.isArray(value)) return ['[', ...value.map(ordered)];
      if (typeof value !== 'object' || value === null) return value;
      const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
      return ['{', ...fields.flatMap(([name, each]) => [name, ordered(each)])];
    };
    const canonical = (value: unknown): string => JSON.stringify(ordered(value));
    const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
    const key = await audit('public-key');
    /** The numbers of the lines that prove nothing. */
    const wrong = (lines: readonly string[]): readonly number[] => {
      let before = '';
      return lines.flatMap((line, i) => {
        const { record, signature, ...link } = JSON.parse(line) as Record<string, string>;
        const { mac, pending: _pending, ...rest } = record as unknown as Record<string, string>;
        const hash = digestOf(canonical(['default', link]));
        const isProved =
          link['previous'] === before &&
          link['digest'] === digestOf(`${canonical(['default', rest])}${mac ?? ''}`) &&
          verify(null, Buffer.from(hash), key, Buffer.from(signature ?? '', 'base64url'));
        before = hash;
        return isProved ? [] : [i];
      });
    };
    const lines = (await audit('export', '--sealed')).split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(wrong(lines)).toEqual([]);
    expect(wrong(lines.with(2, lines[2]?.replace('"outcome":"', '"outcome":"un') ?? ''))).toEqual([2]);
    expect(wrong(lines.toSpliced(1, 1))).toEqual([1]);
  });

  test('the commands that docs/audit.md shows work as written', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/audit.md'), 'utf8');
    const section = /^## Reading$.*?(?=^## )/ms.exec(page)?.[0] ?? '';
    const lines = blocksOf(section, 'sh').flatMap((block) => block.trim().split('\n'));
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      const { code, err } = await commands.command(...line.split(' ').slice(1));
      expect([line, code, err]).toEqual([line, 0, []]);
    }
  });

  describe('the page of sign-ins', () => {
    const page = (visitor: Visitor) => visitor.visit(`${host.issuer}/account/sign-ins`);

    test('shows who is signed in their own, and the attempts that failed', async () => {
      const { text, status } = await page(bob);
      expect(status).toBe(200);
      const results = [...text.matchAll(/<section class="entry"><h2>([^<]+)<\/h2>/g)].map(([, result]) => result);
      expect(results).toEqual(['Signed in', 'Failed: wrong password']);
      expect(text).toContain('<dt>IP address</dt>');
      expect(text).toMatch(/<dt>Application<\/dt><dd>[^<]+<\/dd>/);
    });

    test('shows nobody else’s', async () => {
      const { visitor } = await signedIn(host, app, {}, 'ruth');
      const { text } = await page(visitor);
      expect(text.match(/<section class="entry">/g)).toHaveLength(1);
      expect(text).not.toContain('Failed');
    });
  });
});
