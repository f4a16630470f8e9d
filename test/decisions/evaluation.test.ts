import { describe, expect, test } from '@jest/globals';
import { readInput } from '../../src/base/problems/read-input.js';
import {
  actionSearchInput,
  evaluationInput,
  evaluationsIn,
  evaluationsInput,
  filterInput,
  resourceSearchInput,
  subjectKind,
  subjectSearchInput,
} from '../../src/decisions/evaluation.js';

const subject = { type: 'user', id: 'ada' };
const action = { name: 'orders:read' };
const resource = { type: 'order', id: '17' };
const whole = { subject, action, resource };
const pathsOf = (schema: Parameters<typeof readInput>[0], input: unknown): readonly string[] => {
  const read = readInput(schema, input);
  return read.ok ? [] : read.problems.map(({ path }) => path.join('.'));
};

describe('one question', () => {
  test('ignores fields that it does not know, but for its context, whose facts are checked', () => {
    expect(evaluationInput.parse({ ...whole, future: 1, subject: { ...subject, more: 1 } })).toEqual(whole);
    const context = { time: 'now', ip_address: '10.0.0.1', auth_time: 5 };
    expect(evaluationInput.parse({ ...whole, context }).context).toEqual(context);
    expect(pathsOf(evaluationInput, { ...whole, context: { auth_time: 'now' } })).toEqual(['context.auth_time']);
  });

  test.each<[string, object]>([
    ['subject', { subject: 'ada' }],
    ['subject.id', { subject: { type: 'user' } }],
    ['subject.id', { subject: { ...subject, id: '' } }],
    ['subject.id', { subject: { ...subject, id: 'a\u0000b' } }],
    ['action.name', { action: { name: 'x'.repeat(501) } }],
    ['resource.properties.within', { resource: { ...resource, properties: { within: 'berlin' } } }],
    ['resource.properties.owner', { resource: { ...resource, properties: { owner: 7 } } }],
  ])('is refused for %s in %j', (path, fault) => {
    expect(new Set(pathsOf(evaluationInput, { ...whole, ...fault }))).toEqual(new Set([path]));
  });
});

describe('many questions', () => {
  const questions = (input: object) => evaluationsIn(evaluationsInput.parse(input));

  test('take what they lack from the shared entities, and from an entity of their own type, id or name alone', () => {
    const shared = { subject: { ...subject, properties: { level: 1 } }, action, resource };
    const [same, own, other] = questions({
      ...shared,
      evaluations: [{}, { subject: { id: 'bob' } }, { resource: { id: '18' } }],
    });
    expect(same).toEqual({ ok: true, question: shared });
    expect(own).toEqual({ ok: true, question: { ...shared, subject: { type: 'user', id: 'bob' } } });
    expect(other).toEqual({ ok: true, question: { ...shared, resource: { type: 'order', id: '18' } } });
  });

  test('are faulty each by itself', () => {
    const found = questions({ subject, action, evaluations: [{ resource }, {}, 'nothing', null, []] });
    expect(found.map(({ ok }) => ok)).toEqual([true, false, false, false, false]);
  });

  test('are at most a hundred', () => {
    const many = (length: number) => pathsOf(evaluationsInput, { evaluations: Array.from({ length }, () => whole) });
    expect([many(100), many(101)]).toEqual([[], ['evaluations']]);
  });
});

describe('a search', () => {
  test('asks for the first hundred, unless it says otherwise', () => {
    for (const [schema, input] of [
      [subjectSearchInput, whole],
      [resourceSearchInput, whole],
      [actionSearchInput, { subject, resource }],
    ] as const) {
      expect(schema.parse(input).page).toEqual({ token: '', limit: 100 });
      expect(schema.parse({ ...input, page: { token: 't', limit: 5, more: 1 } }).page).toEqual({
        token: 't',
        limit: 5,
        more: 1,
      });
      for (const page of [{ limit: 0 }, { limit: 1001 }, { limit: '5' }, { token: 7 }, { token: 'x'.repeat(4001) }])
        expect(pathsOf(schema, { ...input, page })).toEqual([`page.${Object.keys(page).join()}`]);
    }
  });

  test('ignores the id of what it searches, as the standard says', () => {
    expect(subjectSearchInput.parse(whole).subject).toEqual({ type: 'user' });
    expect(resourceSearchInput.parse(whole).resource).toEqual({ type: 'order' });
  });
});

test('a filter needs no resource', () => {
  expect(filterInput.parse({ subject, action })).toEqual({ subject, action });
});

test('users have two types of subject, clients one, and others are nobody', () => {
  expect(['user', 'identity', 'client', 'User', 'spaceship', ''].map(subjectKind)).toEqual([
    'user',
    'user',
    'client',
    undefined,
    undefined,
    undefined,
  ]);
});
