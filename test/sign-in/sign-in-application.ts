import Koa from 'koa';
import { randomBytes } from 'node:crypto';
import type { AuditEntry } from '../../src/audit/audit-entry.js';
import type { SignIn } from '../../src/audit/sign-in-entry.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import type { Actor } from '../../src/changes/actor.js';
import { readForwarded, trustedProxies } from '../../src/http/request/client-address.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { csrfTokens } from '../../src/http/request/csrf.js';
import { securityHeaders } from '../../src/http/security-headers.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { enrolments } from '../../src/identity/second-factor/enrolment.js';
import type { CodeOutcome, Enrolled } from '../../src/identity/second-factor/second-factor-service.js';
import type { ShownProof } from '../../src/sign-in/flow/attempt.js';
import type { Facts, KnownUser } from '../../src/sign-in/flow/facts.js';
import type { PendingIdentity } from '../../src/sign-in/flow/pending-identity.js';
import type { Interaction, SignInResult } from '../../src/sign-in/interaction.js';
import { pages, type RealmShown } from '../../src/pages/pages.js';
import { newUser } from '../../src/identity/users/new-user.js';
import type { PasswordCheck } from '../../src/identity/userstores/password-check.js';
import { AUTHENTICATORS } from '../../src/sign-in/authenticators/authenticators.js';
import { newSeed } from '../../src/sign-in/authenticators/totp/totp-codes.js';
import { answerParameters } from '../../src/sign-in/answer-parameters.js';
import { signInRouter } from '../../src/sign-in/sign-in-router.js';
import { ask, type Answer, listening } from '../http/listening.js';

/** The result of checking a password, with the user as sign-in knows them. */
export type PasswordOutcome =
  | { readonly kind: 'ok'; readonly user: KnownUser }
  | { readonly kind: 'wrong-credentials'; readonly user?: Pick<KnownUser, 'id' | 'username'> }
  | Exclude<PasswordCheck, { readonly kind: 'ok' | 'wrong-credentials' }>;

/** As it would come from the store. */
const stored = ({ id, username }: Pick<KnownUser, 'id' | 'username'>) => ({
  ...newUser({ id, username }, [], 0),
  version: 1,
});

export const somebody: KnownUser = {
  id: 'u',
  username: 'somebody',
  blocks: [],
  userstore: 'primary',
  signOutEpoch: 0,
  secondFactor: 'closed',
  available: [],
  enrollable: [],
  requiredLevel: 'urn:gatehouse:acr:password',
  owes: [],
};

export const nobody: Facts = {
  shownBefore: [],
  shownHere: [],
  chosenHere: false,
  consentedHere: false,
  missing: { scopes: [], claims: [], resourceScopes: {} },
};

export const waiting: Interaction = {
  uid: 'uid-1',
  expiresAt: 0,
  client: { id: 'shop', createdAt: 0, name: 'The <Shop>', firstParty: false },
  requirements: { login: false, choose: false, consent: false, alwaysSecondFactor: false, acrValues: [] },
  redirects: [],
  redirectsBegun: 0,
  facts: nobody,
};

/** The router on a real server, with interactions and passwords of the test's own. */
export async function signInApplication(issuer = new URL('http://localhost:3000')) {
  const state = {
    realm: { ...settingsInput.parse({}), name: 'Acme & Sons' } as RealmShown,
    /** The interactions that this browser began. */
    interactions: [waiting] as Interaction[],
    verify: async (): Promise<PasswordOutcome> => ({ kind: 'wrong-credentials' }),
    verifyCode: async (): Promise<CodeOutcome> => ({ kind: 'wrong-code' }),
    enrol: async (): Promise<Enrolled> => ({ kind: 'wrong-code' }),
    named: [] as string[],
    pending: [] as PendingIdentity[],
    grown: [] as ShownProof[],
    finished: [] as SignInResult[],
    /** Where the authorization request goes on. */
    resumesAt: '/auth/resumed',
    typed: [] as { identifier: string; password: string; address: string }[],
    recorded: [] as { by: Actor; signIn: SignIn }[],
    failures: [] as AuditEntry[],
    agent: 'jest',
  };
  let known = somebody;
  const box = secretBox([{ id: 'k1', key: randomBytes(32) }]);
  const begun = enrolments('test', box);
  const app = new Koa();
  app.proxy = true;
  app.use(securityHeaders(issuer));
  app.use(
    signInRouter({
      issuer,
      csrf: csrfTokens([randomBytes(32)]),
      pages: pages(issuer, () => state.realm),
      interactions: {
        read: async (_req, _res, uid) => state.interactions.find((known) => known.uid === uid),
        grow: async (interaction, shown) => {
          state.grown.push(shown);
          return state.interactions.includes(interaction);
        },
        identify: async (interaction, identifier) => {
          state.named.push(identifier);
          return state.interactions.includes(interaction);
        },
        ask: async (interaction, pending) => {
          state.pending.push(pending);
          return state.interactions.includes(interaction);
        },
        beginRedirect: async (interaction) => (state.interactions.includes(interaction) ? 'begun' : 'ended'),
        takeRedirect: async () => undefined,
        startAgain: async () => undefined,
        finish: async (_interaction, result) => {
          state.finished.push(result);
          return state.resumesAt;
        },
      },
      redirectThrottle: { begin: () => undefined },
      answerThrottle: { begin: () => undefined },
      parameters: answerParameters({ box, realm: { id: 'test' } }),
      answers: {
        areDocuments: async () => false,
        receive: async () => undefined,
        find: async () => undefined,
        take: async () => undefined,
      },
      redirects: {
        offered: async () => [],
        landing: async () => undefined,
        begin: async () => undefined,
        complete: async () => undefined,
      },
      authentication: {
        leadsTo: async (_identifier, offered) => ({
          kind: offered?.includes('primary') === false ? 'not-offered' : 'userstores',
        }),
        form: async () => ({ nameFirst: false, takesPasswords: true }),
        changePassword: () => Promise.reject(new Error('No test changes a password elsewhere.')),
        async authenticate({ requestId: _, ...typed }, address) {
          state.typed.push({ ...typed, address });
          const outcome = await state.verify();
          if (outcome.kind === 'ok') {
            known = outcome.user;
            return { kind: 'ok', user: stored(outcome.user), connector: 'primary' };
          }
          if (outcome.kind !== 'wrong-credentials') return outcome;
          return { kind: 'wrong-credentials', ...(outcome.user && { user: stored(outcome.user) }) };
        },
      },
      admissions: { admit: () => Promise.reject(new Error('No test admits an identity.')) },
      know: async () => known,
      passwords: {
        set: () => Promise.reject(new Error('No test sets a password.')),
        setElsewhere: () => Promise.reject(new Error('No test sets a password.')),
      },
      keepSession: () => async () => [],
      browsers: { read: () => undefined, set: () => undefined },
      secondFactors: {
        verify: () => state.verifyCode(),
        enrol: () => state.enrol(),
        beginEnrolment: (place) => begun.begin(place, newSeed()),
        readEnrolment: (place, carried) => begun.read(place, carried),
      },
      authenticators: AUTHENTICATORS,
      realmName: () => 'Acme & Sons',
      resourceServer: async (identifier) =>
        identifier === 'https://orders.example'
          ? {
              name: 'Orders',
              permissions: [{ name: 'orders:read', description: 'see your orders', implies: [] }],
            }
          : undefined,
      prepareRecord: () => undefined,
      recordFailure: async (entry) => {
        state.failures.push(entry);
      },
      hashOfName: (typed) => hashOf(typed),
      recordSignIn: async (by, signIn) => {
        state.recorded.push({ by, signIn });
      },
    }),
  );
  const handle = app.callback();
  const at = await listening((req, res) => {
    readForwarded(req, trustedProxies([]));
    void handle(req, res);
  });
  const post = (path: string, fields: Record<string, string>): Promise<Answer> =>
    ask(at.port, {
      path,
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': state.agent },
    });
  return {
    state,
    post,
    get: (path: string, headers: Record<string, string> = {}) => ask(at.port, { path, headers }),
    close: () => at.close(),
    port: at.port,
  };
}

/** The token of the form that a page holds. */
export const csrfOf = ({ body }: Answer): string => /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
