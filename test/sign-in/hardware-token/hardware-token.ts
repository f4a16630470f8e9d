import { createHmac, randomBytes } from 'node:crypto';
import { h } from 'preact';
import { sameText } from '../../../src/base/crypto/constant-time-equal.js';
import type { SecondAuthenticator } from '../../../src/sign-in/authenticators/authenticator.js';
import { isEnrolled } from '../../../src/sign-in/authenticators/second-factors.js';
import { words } from './words.js';

const METHOD = 'token';
/** Numbers that somebody may have made the device show without typing them in. */
const LOOK_AHEAD = 3;

/** The number that the device shows at this press. */
export const numberOf = (secret: string, counter: number): string =>
  createHmac('sha256', secret).update(String(counter)).digest('hex').slice(0, 8);

const counterOf = (secret: string, typed: string, from: number): number | undefined =>
  Array.from({ length: LOOK_AHEAD }, (_, i) => from + i).find((each) => sameText(typed, numberOf(secret, each)));

/** A device that shows the next number at each press of its button. The stored data is the number of presses that are used up. */
export const hardwareToken: SecondAuthenticator = {
  method: METHOD,
  amr: 'hwk',
  factor: 'second',
  throttle: 'codes',
  available: (user) => isEnrolled(METHOD, user),
  challenge: ({ locale }) => words[locale].challenge,
  verify({ secret = '', data }, code) {
    const used = Number(data['used']);
    const counter = counterOf(secret, code, used);
    if (counter !== undefined) return { kind: 'ok', data: { used: counter + 1 } };
    return counterOf(secret, code, Math.max(0, used - LOOK_AHEAD)) === undefined
      ? { kind: 'wrong-code' }
      : { kind: 'used-code' };
  },
  enrolment: {
    newSecret: () => randomBytes(16).toString('hex'),
    confirm(secret, code) {
      const counter = counterOf(secret, code, 0);
      return counter === undefined ? undefined : { used: counter + 1 };
    },
    show:
      async (secret) =>
      ({ locale }) => ({
        ...words[locale].enrolment,
        instructions: h('p', {}, `${words[locale].bring} `, h('code', {}, secret)),
        digits: false,
      }),
  },
};
