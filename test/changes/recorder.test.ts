import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '../../src/base/problems/problem.js';
import { roles, type Role } from '../../src/access/model/role.js';
import { auditRecords } from '../../src/audit/audit-record.js';
import { newId } from '../../src/base/crypto/ids.js';
import { changeMarkers } from '../../src/changes/caching/change-marker.js';
import type { Event } from '../../src/changes/event.js';
import { history } from '../../src/changes/history.js';
import { WholeCache } from '../../src/changes/caching/whole-cache.js';
import { insert, replace, require } from '../../src/storage/write.js';
import { trailOf } from '../support/audit.js';
import type { TemporaryStore } from '../support/store.js';
import { changingStore, host, processOn } from './one-process.js';

let opened: TemporaryStore;
beforeAll(async () => {
  opened = await changingStore([roles]);
});
afterAll(() => opened.close());

const role = (id: string, name = id): Role => ({ id, createdAt: 1, since: 1, name, policies: [] });
const event = (id: string, more: Partial<Event> = {}): Event => ({
  kind: 'role.created',
  realm: 'default',
  subject: { kind: 'role', id },
  ...more,
});

/** All other documents about one role. */
async function traces(id: string) {
  const realm = opened.store.in('default');
  const markers = await opened.store.installation.of(changeMarkers).find('live', {}, { limit: 1000 });
  return {
    audit: await trailOf(realm).open(
      (await realm.of(auditRecords).find('bySubject', { subjectKind: 'role', subjectId: id }, { limit: 10 })).rows,
    ),
    history: (await realm.of(history).find('ofSubject', { kind: 'role', subject: id }, { limit: 10 })).rows,
    markers: markers.rows.filter(({ subject }) => subject === id),
  };
}

describe('recording a change', () => {
  let id: string;
  beforeEach(() => {
    id = newId();
  });
  const caching = (...args: Parameters<typeof processOn>) => {
    const process = processOn(...args);
    process.caches.register('default', 'role', new WholeCache(async () => 0));
    return process;
  };

  test('writes it together with its audit record, history row and change marker', async () => {
    const { realm, recorder } = caching(opened.store);
    const ended = { version: 5, from: 1, access: { policies: [] } };
    const shown = { before: { name: 'a' }, after: { name: 'b' }, reason: 'asked for', at: 77 };
    expect(await recorder.record(host, event(id, { ...shown, ended }), [insert(roles, role(id))])).toEqual({
      ok: true,
    });

    expect(await realm.of(roles).get(id)).toBeDefined();
    const { audit, history, markers } = await traces(id);
    expect(audit).toHaveLength(1);
    expect(audit[0]).toMatchObject({
      at: 77,
      kind: 'role.created',
      actorKind: 'host',
      actorId: 'root',
      requestId: 'r1',
      outcome: 'success',
      actor: { address: '192.0.2.7', agent: 'shell', reason: 'asked for' },
      subject: { before: { name: 'a' }, after: { name: 'b' } },
    });
    expect(history).toHaveLength(1);
    expect(history[0]).toMatchObject({ subjectVersion: 5, from: 1, until: 77, access: { policies: [] } });
    expect(markers).toHaveLength(1);
    expect(markers[0]).toMatchObject({ realm: 'default', kind: 'role' });
  });

  test('writes none of them when the store refuses one write, and says which', async () => {
    const { realm, recorder } = caching(opened.store);
    const other = newId();
    const writes = [insert(roles, role(other)), replace(roles, role(id), 3)];
    expect(await recorder.record(host, event(id), writes)).toEqual({
      ok: false,
      refusedBy: 'store',
      write: 1,
      refusal: { code: 'missing' },
    });
    expect(await realm.of(roles).get(other)).toBeUndefined();
    expect(await traces(id)).toEqual({ audit: [], history: [], markers: [] });
  });

  test('writes nothing when a guard refuses, be it at once or after a while, and gives its problem', async () => {
    const refusal = problem('last-administrator', [], {});
    for (const guard of [() => refusal, () => Promise.resolve(refusal)]) {
      const { realm, recorder } = caching(opened.store, { guards: [() => undefined, guard] });
      expect(await recorder.record(host, event(id), [insert(roles, role(id))])).toEqual({
        ok: false,
        refusedBy: 'guard',
        refusal,
      });
      expect(await realm.of(roles).get(id)).toBeUndefined();
      expect(await traces(id)).toEqual({ audit: [], history: [], markers: [] });
    }
  });

  test('asks the guards again when what one of them relied on was changed meanwhile, and gives up in the end', async () => {
    const other = role(newId());
    await opened.store.in('default').commit([insert(roles, other)]);
    const requiring = (since: number) => ({ requires: [require(roles, other.id, { since: { is: since } })] });
    const answers = [requiring(7), requiring(other.since)];
    const { realm, recorder } = caching(opened.store, { guards: [() => answers.shift()] });
    expect(await recorder.record(host, event(id), [insert(roles, role(id))])).toEqual({ ok: true });
    expect([answers, await realm.of(roles).get(id)]).toEqual([[], expect.objectContaining({ id })]);
    const stubborn = caching(opened.store, { guards: [() => requiring(7)] });
    const late = newId();
    expect(await stubborn.recorder.record(host, event(late), [insert(roles, role(late))])).toMatchObject({
      refusedBy: 'guard',
      refusal: { code: 'overtaken' },
    });
    expect(await realm.of(roles).get(late)).toBeUndefined();
    // Documents that the change itself writes need no requirement.
    const own = caching(opened.store, { guards: [() => requiring(7)] });
    expect(await own.recorder.record(host, event(other.id), [replace(roles, other, 1)])).toEqual({ ok: true });
  });

  test('asks the guards who does what', async () => {
    const received: unknown[] = [];
    const { recorder } = caching(opened.store, { guards: [(...both) => void received.push(both)] });
    const happened = event(id);
    await recorder.record(host, happened, [insert(roles, role(id))]);
    expect(received).toEqual([[host, happened]]);
  });

  test('leaves no old state in this process when it answers', async () => {
    const { realm, recorder, caches } = processOn(opened.store);
    const names = new WholeCache(async () =>
      (await realm.of(roles).find('all', {}, { limit: 1000 })).rows.map((r) => r.id),
    );
    caches.register('default', 'role', names);
    expect(await names.get()).not.toContain(id);
    await recorder.record(host, event(id), [insert(roles, role(id))]);
    expect(await names.get()).toContain(id);
  });

  test('writes no marker for what nobody caches', async () => {
    const { recorder } = processOn(opened.store);
    await recorder.record(host, event(id), [insert(roles, role(id))]);
    expect((await traces(id)).markers).toEqual([]);
  });

  test('of another realm is a bug, and so is a refusal of what goes with it', async () => {
    const { recorder } = caching(opened.store);
    const elsewhere = recorder.record(host, event(id, { realm: 'other' }), [insert(roles, role(id))]);
    await expect(elsewhere).rejects.toMatchObject({ code: 'store-misuse' });

    const clashing = caching(opened.store, { contributors: [() => [insert(roles, role(id))]] });
    const refused = clashing.recorder.record(host, event(id), [insert(roles, role(id))]);
    await expect(refused).rejects.toMatchObject({ code: 'store-misuse' });
  });
});
