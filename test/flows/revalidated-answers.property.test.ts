/**
 * A remembered answer is never another one than the endpoint would give: over generated sequences of changes, made by this process
 * or by another one, on both stores.
 *
 * REVALIDATED_ANSWERS_STEPS says how many changes are made on each store.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { application, ask, codeOf, exchange, refresh, signIn, token } from '../support/application.js';
import { stopDate } from '../support/moved-date.js';
import { Visitor } from '../support/visitor.js';
import { BY, type ChangeName, CHANGES, createMover, done, type Held, MOVER } from './answer-changes.js';
import {
  afresh,
  type AnsweringProcess,
  type AnswersHost,
  introspectionOf,
  type Question,
  startAnswersHost,
  userinfoOf,
} from './answers-host.js';
import { MACHINE_SECRET, ORDERS, stores } from './flow-host.js';

const API = { id: 'orders-api', secret: MACHINE_SECRET };
const PASSWORD = 'a password of somebody who moves';
const STEPS = Number(process.env['REVALIDATED_ANSWERS_STEPS'] ?? 120);
const STEPS_A_RUN = 20;

interface Step {
  readonly change: ChangeName | 'refresh' | 'revoke the token';
  readonly variant: number;
  readonly elsewhere: boolean;
}

/** After these most tokens are dead, and somebody new must sign in. */
const FINAL: readonly Step['change'][] = [
  ...(['revoke the token', 'revoke the grant', 'end the session', 'disable or enable the user'] as const),
  ...(['sign out everywhere', 'remove the user', 'remove the client', 'create the client again'] as const),
];
const OTHERS = (Object.keys(CHANGES) as ChangeName[]).filter((name) => !FINAL.includes(name));

const steps = fc.array(
  fc.record<Step>({
    change: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom<Step['change']>(...FINAL) },
      { weight: 4, arbitrary: fc.constantFrom<Step['change']>(...OTHERS, 'refresh') },
    ),
    variant: fc.nat(5039),
    elsewhere: fc.boolean(),
  }),
  { minLength: STEPS_A_RUN, maxLength: STEPS_A_RUN },
);

describe.each(stores)('on %s:', (kind) => {
  let host: AnswersHost;
  let made = 0;
  /** How often which answers were given, for the summary. */
  const tally = { steps: 0, answered: 0, remembered: 0, changed: 0 };

  beforeAll(async () => {
    stopDate();
    host = await startAnswersHost(kind);
  });
  afterAll(() => host.close());

  /** A new user signs in at both applications. The client is made anew. */
  async function somebodyNew(): Promise<{ readonly held: Held; readonly questions: readonly Question[] }> {
    const [{ parts }] = host.processes;
    await bothKnow();
    const known = await parts.clients.get(MOVER.id);
    if (known) done(await parts.clients.remove(BY, MOVER.id, known.version, { cascade: true }));
    await createMover(parts);
    const username = `mover${made++}`;
    const { id: userId } = done(
      await parts.users.create(BY, { username, password: { clear: PASSWORD, generated: false } }),
    );
    await bothKnow();
    const visitor = new Visitor();
    const mover = { ...application(MOVER.id, MOVER.secret), redirectUri: 'https://mover.test/callback' };
    const asked = ask(host, mover, { scope: 'openid profile roles groups segments attributes' });
    const { body } = await exchange(host, asked, codeOf(await signIn(visitor, asked, username, PASSWORD)));
    const forApi = ask(host, application('public'), { scope: 'openid profile roles orders:read', resource: ORDERS });
    const { body: api } = await exchange(host, forApi, codeOf(await visitor.visit(forApi.url)));
    const { body: machine } = await token(
      host,
      { id: 'machine' },
      { grant_type: 'client_credentials', client_secret: MACHINE_SECRET },
    );
    const questions = [
      userinfoOf(body.access_token),
      userinfoOf(api.access_token),
      introspectionOf(MOVER, body.access_token),
      introspectionOf(MOVER, body.refresh_token, { token_type_hint: 'refresh_token' }),
      introspectionOf(API, api.access_token),
      introspectionOf(API, machine.access_token),
    ];
    return { held: { userId, username, accessToken: body.access_token, refreshToken: body.refresh_token }, questions };
  }

  const bothKnow = () => Promise.all(host.processes.map(({ parts }) => parts.caches.readMarkers()));
  /** The provider follows changed settings with the request after the first one that reads them. */
  const readSettings = ({ parts }: AnsweringProcess) => parts.settings.get();

  async function make({ change, variant, elsewhere }: Step, held: Held): Promise<void> {
    const { parts } = host.processes[elsewhere ? 1 : 0];
    const mover = { ...application(MOVER.id, MOVER.secret), redirectUri: 'https://mover.test/callback' };
    if (change === 'refresh') await refresh(host, mover, held.refreshToken);
    else if (change === 'revoke the token') await revoke(held.accessToken);
    else await CHANGES[change]({ variant, parts, held });
  }

  const revoke = (presented: string) => {
    const { headers } = introspectionOf(MOVER, presented);
    return fetch(`${host.issuer}/token/revocation`, { method: 'POST', headers, body: `token=${presented}` });
  };

  /** The remembered answers are those that the endpoint gives now. Returns them as text, and whether the user's are alive. */
  async function compare(by: AnsweringProcess, questions: readonly Question[], context: unknown) {
    await readSettings(by);
    const answers = await Promise.all(questions.map((question) => by.ask(question)));
    for (const [at, { isRemembered, requestId: _, ...remembered }] of answers.entries()) {
      const question = questions[at];
      tally.answered += 1;
      if (!isRemembered || !question) continue;
      tally.remembered += 1;
      const { isRemembered: never, requestId: __, ...fresh } = await by.ask(afresh(question));
      expect({ context, at, never, ...remembered }).toEqual({ context, at, never: false, ...fresh });
    }
    const isAlive = answers.some(({ body }, at) => at < 4 && /"sub"|"active":true/.test(body));
    return { text: JSON.stringify(answers.map(({ status, body }) => [status, body])), isAlive };
  }

  /** Makes these changes, one after the other, and compares after each. */
  async function follow(all: readonly Step[]): Promise<void> {
    const [here, there] = host.processes;
    let { held, questions } = await somebodyNew();
    let before = await rememberedBy(here, questions);
    for (const step of all) {
      await make(step, held);
      tally.steps += 1;
      let after = await compare(here, questions, [step, all]);
      await bothKnow();
      if (step.elsewhere) after = await compare(here, questions, [step, 'known here', all]);
      else if (step.variant % 4 === 0) {
        expect((await compare(there, questions, [step, 'known there', all])).text).toBe(after.text);
      }
      if (after.text !== before.text) tally.changed += 1;
      before = after;
      if (after.isAlive) continue;
      ({ held, questions } = await somebodyNew());
      before = await rememberedBy(here, questions);
    }
  }

  async function rememberedBy(by: AnsweringProcess, questions: readonly Question[]) {
    await compare(by, questions, 'seen');
    return compare(by, questions, 'remembered');
  }

  test(
    `${STEPS} changes: no stale answer`,
    async () => {
      await fc.assert(fc.asyncProperty(steps, follow), {
        numRuns: Math.ceil(STEPS / STEPS_A_RUN),
        endOnFailure: true,
      });
      if (process.env['REVALIDATED_ANSWERS_STEPS'] !== undefined) console.log(kind, tally);
      expect(tally.steps).toBeGreaterThanOrEqual(STEPS);
      // Most changes leave some of the answers as they are.
      expect(tally.remembered).toBeGreaterThan(STEPS);
    },
    60_000 + STEPS * 1000,
  );
});
