/** Where the name is asked for on a page of its own, and which userstores a client offers. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../src/sign-in/flow/facts.js';
import { nextStep } from '../../src/sign-in/flow/next-step.js';
import type { Requirements } from '../../src/sign-in/flow/requirements.js';
import { alice, aliceAt, here, inWords, nobody, NOW, plain, UNMET, wants } from './step-facts.js';

const nameFirst = (more: Partial<Requirements> = {}): Requirements => wants({ nameFirst: true, ...more });
const named = (facts: Facts): Facts => ({ ...facts, named: true });

test.each<[string, Facts, Requirements, string]>([
  ['nobody signed in, the name is asked first', nobody, nameFirst(), 'identify'],
  ['the name was typed', named(nobody), nameFirst(), 'authenticate'],
  ['the same, and the name is no longer asked first', named(nobody), plain, 'authenticate'],
  ['the name was typed beside a session', named(alice), nameFirst(), 'authenticate'],
  ['the same, and the account is to be chosen', named(alice), nameFirst({ choose: true }), 'authenticate'],
  ['a name first, nothing asked of the signed-in user', alice, nameFirst(), 'finish'],
  ['a name first, the account to be chosen', alice, nameFirst({ choose: true }), 'choose-account'],
  ['a name first, the signed-in user signs in again', alice, nameFirst({ login: true }), 'authenticate'],
  [
    'a name first, the signed-in user is too old',
    aliceAt(NOW - 60_001),
    nameFirst({ maxAgeSeconds: 60 }),
    'authenticate',
  ],
  ['a name first, another user is meant', alice, nameFirst({ subjects: ['bob'] }), 'identify'],
  ['the same, after a sign-in', here(alice), nameFirst({ subjects: ['bob'] }), 'refuse login_required'],
  ['a level that nothing reaches, before the name', nobody, nameFirst({ acrValues: [['urn:x']] }), UNMET],

  ['a user of a userstore that is offered', alice, wants({ userstores: ['corp', 'primary'] }), 'finish'],
  ['a user of another userstore', alice, wants({ userstores: ['corp'] }), 'authenticate'],
  ['the same, the name first', alice, nameFirst({ userstores: ['corp'] }), 'identify'],
  ['the same, signed in here', here(alice), wants({ userstores: ['corp'] }), 'refuse login_required'],
])('%s', (_name, facts, required, expected) => {
  expect(inWords(nextStep(facts, required, NOW))).toBe(expected);
});
