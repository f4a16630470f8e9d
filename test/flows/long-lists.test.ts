/** Lists of a person's own that are longer than a page: shown in parts, by a number of readings that does not grow with them. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { hours, now, seconds } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { runCommand } from '../../src/cli/command.js';
import type { User } from '../../src/identity/users/user.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { consentId, consents } from '../../src/sessions/consents/consent.js';
import { sessions } from '../../src/sessions/session.js';
import { type CountingStore, countCalls } from '../../src/storage/counting.js';
import { insert } from '../../src/storage/write.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET, stores } from './flow-host.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
const password = 'a password of somebody with long lists';
const LONG = 150;
const ENDED = 400;

describe.each(stores)('on %s:', (kind) => {
  let counting: CountingStore;
  let user: User;
  const visitor = new Visitor();
  const host = useInProcessHost({
    store: kind,
    realmFile: 'test/flows/realm.yaml',
    env: { GATEHOUSE_ADMIN_PASSWORD: password, CONFIDENTIAL_SECRET, MACHINE_SECRET },
    installation: { watch: (store) => (counting = countCalls(store, ['changeMarkers'])).store },
    background: false,
  });

  beforeAll(async () => {
    const found = await host.parts.identifiers.findUser('admin');
    if (!found) throw new Error('Bootstrap made no administrator.');
    user = found;
    await fill();
    await visitor.submit(await visitor.visit(at('')), { identifier: 'admin', password });
  });

  const at = (path: string): string => `${host.issuer}/account${path}`;
  const numbered = (i: number): string => String(i).padStart(3, '0');

  /** Live sessions, the newest last, and just before the newest of them many that have ended; and as many consents. */
  async function fill(): Promise<void> {
    for (let i = 0; i < LONG; i++) {
      const id = `app${numbered(i)}`;
      const input = clientInput.parse({
        id,
        name: `Application ${numbered(i)}`,
        authentication: 'none',
        redirectUris: [`https://${id}.test/`],
      });
      await host.parts.clients.create(by, input);
    }
    const began = now() - hours(1);
    const writes = [
      ...Array.from({ length: LONG }, (_, i) =>
        insert(consents, {
          id: consentId(user.id, `app${numbered(i)}`),
          userId: user.id,
          clientId: `app${numbered(i)}`,
          scopes: ['openid'],
          claims: [],
          resourceScopes: [],
          // After the clients were made: an older one would not be to them.
          givenAt: now(),
          givenBy: { kind: 'user', id: user.id },
          lastUsedAt: began,
        }),
      ),
      ...Array.from({ length: LONG + ENDED }, (_, i) => {
        const isEnded = i >= LONG - 20 && i < LONG - 20 + ENDED;
        return insert(sessions, {
          id: `session${numbered(i)}`,
          cookie: hashOf(`cookie ${i}`),
          userId: user.id,
          startedAt: began + seconds(i),
          signOutEpoch: 0,
          ...(isEnded && { endedAt: now() }),
          agent: isEnded
            ? 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15'
            : 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          proofs: [],
          clients: [],
          payload: '{}',
          expiresAt: now() + hours(9),
        });
      }),
    ];
    for (let i = 0; i < writes.length; i += 50) {
      const { ok } = await host.parts.realm.commit(writes.slice(i, i + 50));
      if (!ok) throw new Error('The lists were not filled.');
    }
  }

  const rowsOf = ({ text }: Page): number => text.match(/<section/g)?.length ?? 0;
  const linkOf = ({ text }: Page, words: string): string =>
    new RegExp(`<a href="([^"]+)">${words}</a>`).exec(text)?.[1] ?? 'none';
  const further = (page: Page): Promise<Page> => visitor.visit(new URL(linkOf(page, 'Next page'), host.issuer));

  /** A visit, and what of these collections it asked the store for. */
  async function counted(path: string, of: readonly string[]): Promise<{ page: Page; calls: string[] }> {
    counting.reset();
    const page = await visitor.visit(at(path));
    return { page, calls: counting.tally().calls.filter((call) => of.some((one) => call.startsWith(`${one}.`))) };
  }

  test('applications are shown a hundred at a time, whose names are read together, and each is there once', async () => {
    const { page, calls } = await counted('/applications', ['consents', 'clients']);
    expect([page.status, rowsOf(page)]).toEqual([200, 100]);
    expect(calls.filter((call) => call.startsWith('consents.'))).toEqual(['consents.find']);
    // The account application itself may add one more call.
    expect(calls.filter((call) => call.startsWith('clients.')).length).toBeLessThanOrEqual(2);
    const rest = await further(page);
    expect([rest.status, rowsOf(rest), linkOf(rest, 'Next page')]).toEqual([200, 50, 'none']);
    for (let i = 0; i < LONG; i++) {
      const name = `<h2>Application ${numbered(i)}</h2>`;
      expect([name, page.text.includes(name), rest.text.includes(name)]).toEqual([name, i < 100, i >= 100]);
    }
    expect(linkOf(rest, 'First page')).toBe('/account/applications');
  });

  test('sessions are shown a hundred at a time, the newest first, without those that ended, by five readings at most', async () => {
    const { page, calls } = await counted('/sessions', ['sessions']);
    expect(page.text).toContain('Current session: you are using this browser now.');
    expect(calls.filter((call) => call === 'sessions.find').length).toBeLessThanOrEqual(5);
    expect([rowsOf(page), page.text.includes('Safari')]).toEqual([21, false]);
    const seen = [rowsOf(page)];
    let last = page;
    while (linkOf(last, 'Next page') !== 'none') {
      last = await further(last);
      expect(last.text).not.toContain('Safari');
      seen.push(rowsOf(last));
    }
    // This one, and all that have not ended.
    expect(seen.reduce((sum, rows) => sum + rows, 0)).toBe(LONG + 1);
    expect(Math.max(...seen)).toBeLessThanOrEqual(100);
  });

  test('one on a later page is ended there', async () => {
    const first = await visitor.visit(at('/sessions'));
    const page = await further(first);
    const [, handle = ''] = /name="session" value="([^"]+)"/.exec(page.text) ?? [];
    expect(first.text).not.toContain(handle);
    const done = await visitor.submit(page, { form: 'end', csrf: page.fields['csrf'] ?? '', session: handle });
    expect(done.status).toBe(403);
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(page.text) ?? [];
    const ended = await visitor.submit(page, { form: 'end', csrf, session: handle });
    expect(ended.text).toContain('The session has ended');
    expect((await further(await visitor.visit(at('/sessions')))).text).not.toContain(handle);
  });

  test('a place that no page gave leads to the beginning', async () => {
    const shown = await visitor.visit(at('/applications'));
    const given = new URL(linkOf(shown, 'Next page'), host.issuer).searchParams.get('after') ?? '';
    const [place = '', token = ''] = given.split('.');
    for (const after of ['x', '.', `${place}.`, `${place}x.${token}`, `${place}.${token}x`, given.repeat(2), '[]']) {
      const page = await visitor.visit(at(`/applications?after=${encodeURIComponent(after)}`));
      expect([after, page.status, page.text.includes('Application 000')]).toEqual([after, 200, true]);
    }
    // Nor one of another list.
    const other = await visitor.visit(at(`/sessions?after=${given}`));
    expect([other.status, other.text.includes('you are using this browser now')]).toEqual([200, true]);
  });

  test('the command line says how many sessions there are, and that there may be more', async () => {
    const lines: string[] = [];
    const io = { line: (text: string) => void lines.push(text) };
    expect(await runCommand(['user', 'show', 'admin'], host.env, { out: io, err: io })).toBe(0);
    expect(lines.join('\n')).toMatch(/^Sessions +\d+, and perhaps more$/m);
  });

  test('who signed out everywhere has none of those before, by two readings, the second for sessions from before there were epochs', async () => {
    await host.parts.users.signOutEverywhere(by, user.id);
    await visitor.submit(await visitor.visit(at('')), { identifier: 'admin', password });
    const { page, calls } = await counted('/sessions', ['sessions']);
    expect([rowsOf(page), linkOf(page, 'Next page')]).toEqual([1, 'none']);
    expect(calls.filter((call) => call === 'sessions.find')).toHaveLength(2);
  });
});
