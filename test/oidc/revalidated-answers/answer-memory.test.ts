/** Remembered answers take a bounded number of bytes. */
import { expect, test } from '@jest/globals';
import { AnswerMemory, type FinishedAnswer } from '../../../src/oidc/revalidated-answers/answer-memory.js';

const answer = (bytes: number): FinishedAnswer => ({
  headers: [],
  body: 'x'.repeat(bytes),
  basis: { documents: [], generation: 0, from: 0, until: Infinity },
});

test('those that were not asked for longest are forgotten first', () => {
  const memory = new AnswerMemory(10_000);
  for (const key of ['a', 'b', 'c']) memory.set(key, answer(1000));
  memory.get('a');
  memory.set('d', answer(1000));
  expect(['a', 'b', 'c', 'd'].filter((key) => memory.get(key))).toEqual(['a', 'c', 'd']);
});

test('one that is larger than all of the memory is not remembered, and displaces none', () => {
  const memory = new AnswerMemory(10_000);
  memory.set('small', answer(10));
  memory.set('large', answer(20_000));
  expect([memory.get('small') !== undefined, memory.get('large')]).toEqual([true, undefined]);
});

test('a request is noted at its first time, and known at its second', () => {
  const memory = new AnswerMemory();
  expect([memory.isSeenAgain('a'), memory.isSeenAgain('b'), memory.isSeenAgain('a')]).toEqual([false, false, true]);
});
