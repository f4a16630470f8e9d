import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccessQuestion } from '../../src/access/administration/access-question.js';
import { effective } from '../../src/access/evaluation/effective.js';
import {
  type Holder,
  type HolderCursor,
  holdersOf,
  holdersPage,
  readHolderCursor,
  writeHolderCursor,
} from '../../src/access/administration/holders.js';
import type { Subject } from '../../src/access/evaluation/evaluation-context.js';
import { clientSubject, subjectOf } from '../../src/access/evaluation/subject.js';
import { clientListOf, machine, peopleOf, person } from './people.js';
import { AT, names, ORDERS, snapshotOf, STOCK, type World, worlds } from './world.js';

const questions = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd').map((id): AccessQuestion => ({ kind: 'role', id: `role-${id}` })),
  fc.constantFrom('a', 'b', 'c', 'd').map((id): AccessQuestion => ({ kind: 'group', id: `group-${id}` })),
  fc
    .tuple(fc.constantFrom(ORDERS, STOCK), fc.constantFrom(...names))
    .map(([audience, permission]): AccessQuestion => ({ kind: 'permission', audience, permission })),
);

const cases = fc.tuple(fc.array(worlds, { minLength: 3, maxLength: 3 }), questions, fc.boolean());

/** A realm with a few users, one of them disabled, and clients; `group-a` is a customer group, and `group-b` may be a segment. */
function realmOf([world, other, third]: readonly [World, World, World], segment: boolean) {
  const plain = snapshotOf(world);
  const rule = 'username != "ada" && username != "cleo"';
  const groups = [...plain.groups].map(([id, group]) => {
    if (id === 'group-a') return [id, { ...group, type: 'customer-group' as const }] as const;
    return [id, segment && id === 'group-b' ? { ...group, type: 'segment' as const, rule } : group] as const;
  });
  const users = [
    person('ada', world.assignments),
    person('bob', other.assignments),
    person('cleo', third.assignments, { blocks: [{ by: 'administrator', since: 0 }] }),
    person('\u{1f600}dora', third.assignments),
    person('\uff41dora', []),
  ];
  const clients = [machine('till', world.assignments), machine('robot', third.assignments)];
  return { snapshot: { ...plain, groups: new Map(groups) }, users, clients };
}

test('whoever holds a role or a permission, or is in a group, is listed, and nobody else, by a way that leads there', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ([all, question, segment]) => {
      const { snapshot, users, clients } = realmOf(all as [World, World, World], segment);
      const audience = question.kind === 'role' ? snapshot.roles.get(question.id)?.audience : undefined;
      const context = { at: AT, ...(audience && 'client' in audience && { clientId: audience.client }) };
      const holds = (subject: Subject, moment: 'issue' | 'ahead'): boolean => {
        const access = effective(subject, context, snapshot, moment);
        if (question.kind === 'permission') return access.permissions(question.audience).includes(question.permission);
        return access.trace[question.kind === 'role' ? 'roles' : 'groups'].some(({ id }) => id === question.id);
      };
      const subjects = [
        ...users.map((user) => [user.id, subjectOf(user, snapshot, AT)] as const),
        ...clients.map((client) => [client.id, clientSubject(client)] as const),
      ];
      const found: Holder[] = [];
      const parts = { users: peopleOf(users), clients: clientListOf(clients) };
      for await (const holder of holdersOf(question, { snapshot, context: { at: AT } }, parts)) found.push(holder);
      const idsOf = (list: readonly Holder[]): string[] => list.map(({ who: { id } }) => id).sort();
      const brute = subjects.flatMap(([id, subject]) => (holds(subject, 'issue') ? id : [])).sort();
      expect(idsOf(found.filter(({ when }) => when === 'now'))).toEqual(brute);
      const ahead = subjects.flatMap(([id, subject]) =>
        !holds(subject, 'issue') && holds(subject, 'ahead') ? id : [],
      );
      expect(idsOf(found.filter(({ when }) => when !== 'now'))).toEqual(expect.arrayContaining(ahead));
      for (const { way, when } of found) {
        expect(way.groups.length > 0 || way.role !== undefined || question.kind === 'permission').toBe(true);
        if (when === 'later') expect(way.validFrom).toBeGreaterThan(AT);
        if (question.kind === 'group') expect(way.groups.at(-1)).toBe(question.id);
      }
    }),
    { numRuns: 500 },
  );
});

test('pages of holders are together the whole list of those who can sign in, whatever their size', async () => {
  await fc.assert(
    fc.asyncProperty(cases, fc.integer({ min: 1, max: 3 }), async ([all, question, segment], limit) => {
      const { snapshot, users, clients } = realmOf(all as [World, World, World], segment);
      const parts = { users: peopleOf(users), clients: clientListOf(clients) };
      const judging = { snapshot, context: { at: AT } };
      const whole: string[] = [];
      for await (const { who, when } of holdersOf(question, judging, parts)) {
        if (when === 'now' && who.disabled !== true) whole.push(who.id);
      }
      const paged: string[] = [];
      let after: HolderCursor | undefined;
      do {
        const page = await holdersPage(question, judging, parts, { limit, mostLookedAt: 2, ...(after && { after }) });
        paged.push(...page.rows.map(({ who }) => who.id));
        after = page.next && readHolderCursor(writeHolderCursor(page.next));
      } while (after);
      expect(paged).toEqual(whole);
    }),
    { numRuns: 200 },
  );
});
