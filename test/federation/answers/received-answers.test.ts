/** What is kept of an answer that is a document: for one ticket, of one connector, for one sign-in, and once. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CLOCKS_DIFFER, minutes, now, seconds } from '../../../src/base/clock.js';
import { newId } from '../../../src/base/crypto/ids.js';
import { receivedAnswers, type TakenIn } from '../../../src/federation/answers/received-answers.js';
import { upstreamAnswers } from '../../../src/federation/answers/upstream-answer.js';
import type { ConnectorView } from '../../../src/federation/connectors/connector-service.js';
import type { RedirectConnector } from '../../../src/federation/contract/redirect-connector.js';
import type { OfferedRedirect } from '../../../src/federation/userstores/connector-chain.js';
import { usedOnce, wasUsed } from '../../../src/sessions/tokens/replay-guard.js';
import type { Realm } from '../../../src/storage/store.js';
import { type OpenedEngine, engines } from '../../storage/engines.js';
import { passes } from '../../support/passes.js';

const VALID = minutes(5);

/** An identity provider whose documents are forms: `id` and `state`, and everything else is garbage. */
const connectorNamed = (id: string, validUntil: number): RedirectConnector => ({
  ...{ signsInBy: 'redirect', id },
  begin: async () => ({ kind: 'misconfigured', reason: 'not-asked' }),
  async receive(fields) {
    const [once, state] = [fields.get('id'), fields.get('state')];
    if (once === undefined || now() >= validUntil) return { kind: 'failed', code: 'garbage' };
    const text = `who came with ${once}`;
    return { kind: 'received', text, once: { id: once, expiresAt: validUntil }, ...(state !== undefined && { state }) };
  },
  complete: async () => ({ kind: 'denied' }),
  test: async () => [],
  health: () => ({ state: 'unknown' }),
  close: async () => undefined,
});

describe.each(engines)('an answer that is a document, on the %s store,', (_name, open) => {
  let opened: OpenedEngine;
  let realm: Realm;
  beforeAll(async () => {
    opened = await open([upstreamAnswers, usedOnce]);
    realm = opened.store.in('default');
  });
  afterAll(() => opened.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  function provider() {
    const validUntil = now() + VALID;
    const offered = (id: string): OfferedRedirect => ({
      ...{ id, displayName: id, domains: [], enforces: [], levels: [] },
      connector: connectorNamed(id, validUntil),
    });
    const all = [offered('partner'), offered('other')];
    const answers = receivedAnswers({
      realm,
      redirects: async () => all,
      connectors: { open: async () => undefined, get: async () => undefined, kinds: new Map() },
      report: () => undefined,
    });
    const ticketOf = (taken: TakenIn | undefined): string => (taken?.kind === 'kept' ? taken.ticket : 'none');
    const bring = async (fields: Readonly<Record<string, string>>, connector = 'partner') =>
      ticketOf(await answers.receive(connector, new Map(Object.entries(fields)), { isTest: false }));
    const take = (ticket: string, state?: string, connector = 'partner') => answers.take(connector, { ticket, state });
    return { answers, bring, take };
  }

  test('is for whoever has its ticket, at its connector and for its sign-in', async () => {
    const { answers, bring, take } = provider();
    const [id, state] = [newId(), newId()];
    const ticket = await bring({ id, state });
    expect(await take(newId(), state)).toBeUndefined();
    expect(await take(ticket, state, 'other')).toBeUndefined();
    expect(await take(ticket, newId())).toBeUndefined();
    expect(await take(ticket)).toBeUndefined();
    const other = await bring({ id: newId() });
    expect(await take(other, state)).toBeUndefined();
    // Nothing of that used it up, and looking at it does not, either.
    expect(await answers.find('partner', { ticket, state })).toMatchObject({ received: `who came with ${id}` });
    expect(await take(ticket, state)).toMatchObject({ received: `who came with ${id}` });
    expect(await answers.find('partner', { ticket, state })).toBeUndefined();
  });

  test('is taken once, of twenty who come with its ticket at once, and of twenty tickets', async () => {
    const { bring, take } = provider();
    const ticket = await bring({ id: newId(), state: 's' });
    const same = await Promise.all(Array.from({ length: 20 }, () => take(ticket, 's')));
    expect(same.filter((each) => each !== undefined)).toHaveLength(1);
    const id = newId();
    const tickets = await Promise.all(Array.from({ length: 20 }, () => bring({ id })));
    const several = await Promise.all(tickets.map((each) => take(each)));
    expect(several.filter((each) => each !== undefined)).toHaveLength(1);
  });

  test('counts at two connectors that have one name for their answers', async () => {
    const { bring, take } = provider();
    const id = newId();
    expect(await take(await bring({ id }))).toBeDefined();
    expect(await take(await bring({ id }, 'other'), undefined, 'other')).toBeDefined();
  });

  test('was used also for a ticket that it got at its last moment, by the clock of a server that is behind', async () => {
    const { bring, take } = provider();
    const id = newId();
    const first = await bring({ id });
    passes(VALID - seconds(1));
    const last = await bring({ id });
    expect(await take(first)).toBeDefined();
    passes(minutes(10) - seconds(1));
    expect(await take(last)).toBeUndefined();
    passes(CLOCKS_DIFFER);
    expect(await wasUsed(realm, ['upstream-answer', 'partner', id])).toBe(true);
    passes(seconds(3));
    expect(await wasUsed(realm, ['upstream-answer', 'partner', id])).toBe(false);
  });

  test('is nothing if it is garbage, too old, or of a connector that is not there', async () => {
    const { answers, bring } = provider();
    expect(await answers.receive('partner', new Map(), { isTest: false })).toEqual({ kind: 'failed', code: 'garbage' });
    expect(await answers.receive('nobody', new Map([['id', 'x']]), { isTest: false })).toBeUndefined();
    expect(await answers.receive('partner', new Map([['id', 'x']]), { isTest: true })).toBeUndefined();
    expect(await bring({ id: newId() })).not.toBe('none');
    passes(VALID);
    expect(await bring({ id: newId() })).toBe('none');
  });

  test('of a test opens its connector once, until that changes', async () => {
    let version = 1;
    const [opened, closed]: string[][] = [[], []];
    const answers = receivedAnswers({
      realm,
      redirects: async () => [],
      connectors: {
        async open() {
          const name = `opened at ${version}`;
          opened?.push(name);
          return { ...connectorNamed('partner', now() + VALID), close: async () => void closed?.push(name) };
        },
        // The rest of it is not read.
        get: async () => ({ version }) as ConnectorView,
        kinds: new Map(),
      },
      report: () => undefined,
    });
    const bring = async () =>
      (await answers.receive('partner', new Map([['id', newId()]]), { isTest: true }))?.kind === 'kept';
    expect(await Promise.all([bring(), bring(), bring()])).toEqual([true, true, true]);
    expect([opened, closed]).toEqual([['opened at 1'], []]);
    version = 2;
    expect(await Promise.all([bring(), bring()])).toEqual([true, true]);
    expect([opened, closed]).toEqual([['opened at 1', 'opened at 2'], ['opened at 1']]);
  });

  test('waits ten minutes', async () => {
    const { bring, take } = provider();
    const [early, late] = [await bring({ id: newId() }), await bring({ id: newId() })];
    passes(minutes(10) - seconds(1));
    expect(await take(early)).toBeDefined();
    passes(seconds(2));
    expect(await take(late)).toBeUndefined();
  });
});
