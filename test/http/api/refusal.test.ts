import { expect, test } from '@jest/globals';
import { problem } from '../../../src/base/problems/problem.js';
import type { ChangeRefusal } from '../../../src/changes/change-result.js';
import { invalidInput } from '../../../src/http/api/input.js';
import { problemOfChange } from '../../../src/http/api/refusal.js';

const thing = { kind: 'role', name: 'admin' } as const;
const found = problem('key-taken', ['name'], { thing, key: 'name' });

test.each<[ChangeRefusal['code'], string, string]>([
  ['invalid', 'unprocessable', 'unprocessable'],
  ['taken', 'conflict', 'conflict'],
  ['in-use', 'conflict', 'conflict'],
  ['forbidden', 'conflict', 'conflict'],
  ['missing', 'not-found', 'not-found'],
  ['changed', 'precondition-failed', 'conflict'],
])('the refusal %s of a service is the problem %s if the caller named a version, else %s', (code, named, unnamed) => {
  const refusal: ChangeRefusal = { code, problems: [found] };
  expect([problemOfChange(refusal, true).code, problemOfChange(refusal, false).code]).toEqual([named, unnamed]);
});

test('the refusal of an input lists its first five problems with code, path, parameters and sentence', () => {
  const { code, detail, problems } = invalidInput([
    found,
    problem('cursor-unknown', [], {}),
    ...Array.from({ length: 9 }, (_, at) => problem('too-many-events', ['events', at], { most: 50 })),
  ]);
  expect([code, problems?.map(({ path }) => path)]).toEqual([
    'invalid',
    ['name', '', 'events.0', 'events.1', 'events.2'],
  ]);
  expect(problems?.[0]).toEqual({
    code: 'key-taken',
    path: 'name',
    params: { thing, key: 'name' },
    detail: expect.any(String),
  });
  expect(problems?.[1]).toEqual({ code: 'cursor-unknown', path: '', detail: expect.any(String) });
  expect(detail).toBe(problems?.map((one) => `${one.path}: ${one.detail}`).join(' '));
});
