/** Authorization requests that wait in a real store, and the visits of a browser to their sign-in pages. */
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { minutes, now } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { users } from '../../src/identity/users/user.js';
import type { SignInForm } from '../../src/identity/userstores/sign-in-form.js';
import { interactionsOf } from '../../src/oidc/interactions/interactions.js';
import { interactions } from '../../src/oidc/interactions/interaction-document.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import type { Client } from '../../src/realm/clients/client.js';
import { ConsentService } from '../../src/sessions/consents/consent-service.js';
import { consents } from '../../src/sessions/consents/consent.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { sessions } from '../../src/sessions/session.js';
import type { Interaction, Interactions } from '../../src/sign-in/interaction.js';
import { knowUsers } from '../../src/sign-in/known-user.js';
import { snapshotOf } from '../access/world.js';
import { changingStore, processOn } from '../changes/one-process.js';
import { SECRET } from './built-provider.js';
import { DEFAULT_SETTINGS, koaContext, signedCookie } from './koa-context.js';
import { inRequest, ourClient, user } from './request.js';

export const UID = 'uid';
/** The part of a request that says that it began in the session of user `ada`. */
export const IN_SESSION = { session: { accountId: 'ada', uid: 's' } };
const COOKIE = '__Secure-gatehouse-interaction';

export const know = knowUsers({
  snapshots: { read: async () => snapshotOf({ groups: [], roles: [], servers: [] }) },
  settings: { get: async () => ({ ...DEFAULT_SETTINGS, version: 1 }) },
  behaviour: async () => undefined,
  authenticators: [],
});

/** A request of the browser that this interaction cookie was given to. */
export const requestWith = (uid = UID, key = SECRET): Context =>
  koaContext({ url: `/sign-in/${UID}`, headers: { cookie: signedCookie(COOKIE, uid, key) } });

export type WaitingRequests = Awaited<ReturnType<typeof waitingRequests>>;

/** A store with the users `ada` and `bob` and a session of `ada`, in which no request waits yet. */
export async function waitingRequests(provider: Provider) {
  const opened = await changingStore([users, sessions, grants, consents, interactions]);
  const { realm, recorder } = processOn(opened.store);
  const consentService = new ConsentService({ realm, recorder });
  for (const id of ['ada', 'bob']) {
    const { version: _, ...someone } = user({ id, username: id });
    await realm.of(users).insert(someone);
  }
  await realm.of(sessions).insert({
    id: 's',
    cookie: hashOf('cookie'),
    userId: 'ada',
    startedAt: now(),
    signOutEpoch: now(),
    proofs: [{ method: 'pwd', at: 3 }],
    clients: [],
    payload: '{}',
    expiresAt: now() + minutes(1),
  });

  /** May be changed at any time. */
  const settings: { client: Client | undefined; form: (hint?: string) => SignInForm } = {
    client: ourClient(),
    form: () => ({ nameFirst: false, takesPasswords: true }),
  };
  const port = interactionsOf(
    () => provider,
    {
      get: async (id) => (settings.client?.id === id ? { ...settings.client, version: 1 } : undefined),
    },
    consentService,
    {
      pairwise: pairwiseSubjects(Buffer.alloc(32)),
      know,
      startAgain: async () => undefined,
      userstores: { form: async (_offered, hint) => settings.form(hint) },
      redirects: { offered: async () => [] },
    },
  );

  /** Works in a request of its own, and writes what was held at its end. */
  const inVisit = <T>(work: (port: Interactions, context: Context) => Promise<T>, sent = requestWith()) =>
    inRequest(
      async (scope) => {
        const result = await work(port, sent);
        await scope.flush(true);
        return result;
      },
      { realm, settings: DEFAULT_SETTINGS, context: sent },
    );
  const read = (sent = requestWith()): Promise<Interaction | undefined> =>
    inVisit((visited, { req, res }) => visited.read(req, res, UID), sent);

  return {
    realm,
    consentService,
    settings,
    inVisit,
    read,
    /** The same where it must be there. */
    async found(): Promise<Interaction> {
      const interaction = await read();
      if (!interaction) throw new Error('It does not wait.');
      return interaction;
    },
    /** Lets an authorization request of the shop wait under this uid. */
    waits: (payload: object = {}) =>
      inVisit(async () => {
        const request = { client_id: 'shop' };
        const waiting = Reflect.construct(provider.Interaction, [
          UID,
          { params: request, prompt: { name: 'login', details: {} }, returnTo: '/auth/uid', ...payload },
        ]) as InstanceType<Provider['Interaction']>;
        await waiting.save(60);
      }),
    close: () => opened.close(),
  };
}
