import type { Interaction as LibraryInteraction, InteractionResults, Provider } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { now, seconds } from '../../base/clock.js';
import { retryOnConflict } from '../../base/retry-on-conflict.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { noteIgnored } from '../../http/refusals/ignored.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import type { User } from '../../identity/users/user.js';
import { inEither } from '../../sessions/consents/consented.js';
import type { ConsentService } from '../../sessions/consents/consent-service.js';
import { type Attempt, attemptAlive, factsWith, grow, readAttempt } from '../../sign-in/flow/attempt.js';
import type { Missing } from '../../sign-in/flow/facts.js';
import { type PendingIdentity, pendingText, readPending } from '../../sign-in/flow/pending-identity.js';
import type { Interaction, Interactions, SignInResult } from '../../sign-in/interaction.js';
import type { RedirectChoice, RedirectSignIns } from '../../federation/userstores/redirect-sign-ins.js';
import { type BegunRedirect, MOST_BEGUN } from '../../sign-in/redirect-state.js';
import type { KnowUser } from '../../sign-in/known-user.js';
import type { PasswordAuthentication } from '../../identity/userstores/authenticate-password.js';
import type { SignInForm } from '../../identity/userstores/sign-in-form.js';
import type { Client } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import { replace } from '../../storage/write.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { factsFrom } from './facts-of-request.js';
import { type InteractionDocument, interactions, isWaiting, upstreamFields } from './interaction-document.js';
import type { ConsentDetails } from './interaction-policy.js';
import { give } from './unconsented.js';
import { newGrant } from './new-grant.js';
import { saveGrant } from './save-grant.js';
import type { PairwiseSubjects } from '../issuance/pairwise-subjects.js';
import { isPromptNone } from '../library/authorization/hand-on-prompt-none.js';
import { askingOf, requirementsOf } from './requirements-of-request.js';
import { computation } from '../request-scope/computation.js';
import { currentScope } from '../request-scope/request-scope.js';
import type { StartAgainFrom } from './restart-sign-in.js';
import { loginOf, loginResult } from './sign-in-result.js';

/** Dependencies for reading an interaction. */
interface InteractionParts {
  readonly pairwise: Pick<PairwiseSubjects, 'userIdOf'>;
  readonly know: KnowUser;
  readonly startAgain: StartAgainFrom;
  readonly userstores: Pick<PasswordAuthentication, 'form'>;
  readonly redirects: Pick<RedirectSignIns, 'offered'>;
}

/** Sign-in's port onto the authorization requests that wait. Works in the scope of the sign-in request. */
export function interactionsOf(
  provider: () => Provider,
  clients: ClientLookup,
  consents: Pick<ConsentService, 'give'>,
  { pairwise, know, startAgain, userstores, redirects }: InteractionParts,
): Interactions {
  /** A name that was typed on a page of its own sets the hint aside: that page belongs to the form without it. */
  async function formOf(
    { params }: LibraryInteraction,
    { connectors }: Pick<Client, 'connectors'>,
    identifier: string | undefined,
    offered: readonly RedirectChoice[],
  ): Promise<SignInForm & { readonly hintedRedirect?: string }> {
    const hint = params['idp_hint'];
    const redirect = offered.find(({ id }) => id === hint);
    // It asks no userstore.
    if (redirect) {
      const form = await userstores.form(connectors);
      return identifier === undefined ? { ...form, hintedRedirect: redirect.id } : form;
    }
    const form = await userstores.form(connectors, typeof hint === 'string' ? hint : undefined);
    if (form.hintFault) noteIgnored(currentScope().ctx, 'parameter', ['idp_hint'], form.hintFault);
    return identifier !== undefined && form.ordinary?.nameFirst === true ? form.ordinary : form;
  }

  return {
    startAgain,

    async read(req, res, uid) {
      const libraryInteraction = await findLibraryInteraction(provider(), req, res);
      // The library takes the cookie's word; one that a sibling host planted must not select another request.
      if (libraryInteraction?.uid !== uid) return undefined;
      const { params } = libraryInteraction;
      const client = await clients.get(String(params['client_id']));
      if (!client) return undefined;
      const scope = currentScope();
      scope.continueInteraction(libraryInteraction.session);
      const session = libraryInteraction.session && (await scope.reads.session(libraryInteraction.session.uid));
      const details = consentDetailsOf(libraryInteraction);
      // The page asked for a client that had this id before.
      if (details.clientMade !== undefined && details.clientMade !== client.createdAt) return undefined;
      const results = resultsSoFar(libraryInteraction);
      const facts = await factsFrom(know, {
        userId: loginOf(results)?.accountId ?? libraryInteraction.session?.accountId,
        sessionProofs: session?.proofs,
        results,
        missing: details.missing,
      });
      const document = await scope.reads.interaction(hashOf(uid));
      const attempt = await attemptOf(document);
      const pending = pendingIn(document);
      const offered = await redirects.offered(client.connectors);
      const { hintedRedirect, ...form } = await formOf(libraryInteraction, client, document?.identifier, offered);
      const identifier = form.nameFirst ? document?.identifier : undefined;
      const asked = pending ? { ...facts, pending: { id: pending.id, asks: pending.question.kind } } : facts;
      const user = attempt?.user ?? (facts.user && (await scope.reads.user(facts.user.id)));
      return {
        uid,
        expiresAt: seconds(libraryInteraction.exp),
        client: { id: client.id, createdAt: client.createdAt, name: client.name, firstParty: client.firstParty },
        ...(typeof params['login_hint'] === 'string' && { loginHint: params['login_hint'] }),
        ...(typeof params['ui_locales'] === 'string' && { uiLocales: params['ui_locales'] }),
        ...(identifier !== undefined && { identifier }),
        requirements: {
          ...requirementsOf(params, askingOf(client, pairwise, scope.settings)),
          ...(form.nameFirst && { nameFirst: true }),
        },
        form,
        redirects: offered,
        redirectsBegun: document?.redirectsBegun ?? 0,
        ...(isPromptNone(params) && { passive: true }),
        ...(hintedRedirect !== undefined && { hintedRedirect }),
        ...(libraryInteraction.session &&
          libraryInteraction.session.accountId === user?.id && { sessionUid: libraryInteraction.session.uid }),
        ...(attempt && { attempt }),
        ...(pending && { pending }),
        facts: attempt
          ? factsWith(asked, await know(attempt.user), attempt)
          : { ...asked, ...(identifier !== undefined && !pending && { named: true }) },
        ...(user && { person: personOf(user) }),
        requested: details.requested,
        remembered: session?.userId !== undefined && session.remembered === true,
      };
    },

    async grow({ uid }, shown) {
      const collection = currentScope().realm.of(interactions);
      const grown = await collection.change(hashOf(uid), ({ version: _, pending, ...document }) => {
        if (!isWaiting(document)) return undefined;
        const attempt = grow(attemptIn(document), shown);
        // Whoever signs in otherwise is asked nothing about it.
        const asked = pending === undefined ? undefined : readPending(pending);
        const isAsked = asked !== undefined && asked.id === attempt.provesFor;
        return {
          ...withoutUpstreams(document),
          ...{ attempt: JSON.stringify(attempt), ...(isAsked && { pending }) },
          ...upstreamFields([...attempt.proofs, ...(isAsked ? [asked.proof] : [])]),
        };
      });
      return grown.ok && isWaiting(grown.value);
    },

    async identify({ uid }, identifier) {
      const collection = currentScope().realm.of(interactions);
      const changed = await collection.change(hashOf(uid), ({ version: _, attempt: __, pending: ___, ...document }) =>
        isWaiting(document) ? { ...withoutUpstreams(document), identifier } : undefined,
      );
      return changed.ok && isWaiting(changed.value);
    },

    async ask({ uid }, asked) {
      const pending = pendingText(asked);
      if (pending === undefined) return false;
      const collection = currentScope().realm.of(interactions);
      const changed = await collection.change(hashOf(uid), ({ version: _, attempt: __, ...document }) =>
        isWaiting(document) ? { ...withoutUpstreams(document), pending, ...upstreamFields([asked.proof]) } : undefined,
      );
      return changed.ok && isWaiting(changed.value);
    },

    async beginRedirect({ uid }, begun) {
      const collection = currentScope().realm.of(interactions);
      const changed = await collection.change(hashOf(uid), ({ version: _, ...document }) => {
        const { redirectsBegun = 0 } = document;
        if (!isWaiting(document) || redirectsBegun >= MOST_BEGUN) return undefined;
        const redirects = JSON.stringify([...begunIn(document), begun].slice(-MOST_WAITING));
        return { ...document, redirects, redirectsBegun: redirectsBegun + 1 };
      });
      if (!changed.ok || !isWaiting(changed.value)) return 'ended';
      return begunIn(changed.value).some(({ state }) => state === begun.state) ? 'begun' : 'too-many';
    },

    async takeRedirect({ uid }, { connector, state }, beside = []) {
      const { realm, reads } = currentScope();
      // This request has read it. If it was changed since, the commit says so.
      let known = await reads.interaction(hashOf(uid));
      const isIt = (begun: BegunRedirect): boolean => begun.connector === connector && begun.state === state;
      const takeOnce = async (): Promise<BegunRedirect | 'changed' | 'used' | undefined> => {
        const stored = known ?? (await realm.of(interactions).get(hashOf(uid)));
        known = undefined;
        if (!stored || !isWaiting(stored)) return undefined;
        const { version, ...document } = stored;
        const all = begunIn(document);
        const taken = all.find(isIt);
        if (!taken) return undefined;
        const redirects = JSON.stringify(all.filter((begun) => !isIt(begun)));
        const committed = await realm.commit([...beside, replace(interactions, { ...document, redirects }, version)]);
        if (committed.ok) return taken;
        // Only the interaction may be read anew: what is written beside it counts once.
        return committed.write < beside.length ? 'used' : 'changed';
      };
      const taken = await retryOnConflict(takeOnce, (each) => each === 'changed');
      return taken === 'changed' ? undefined : taken;
    },

    async finish(interaction, result) {
      const { req, res } = currentScope().ctx;
      const libraryInteraction = await findLibraryInteraction(provider(), req, res);
      if (libraryInteraction?.uid !== interaction.uid)
        throw new Error('An interaction is finished by the request that read it.');
      libraryInteraction.result = await resultsOf(
        { provider: provider(), consents, libraryInteraction, interaction },
        result,
      );
      await libraryInteraction.save(Math.ceil((interaction.expiresAt - now()) / 1000));
      return libraryInteraction.returnTo;
    },
  };
}

/** The attempt of this interaction, if it is still valid. */
async function attemptOf(
  document: InteractionDocument | undefined,
): Promise<(Attempt & { readonly user: Stored<User> }) | undefined> {
  const attempt = attemptIn(document);
  const user = attempt && (await currentScope().reads.user(attempt.userId));
  return attempt && user && attemptAlive(attempt, user) ? { ...attempt, user } : undefined;
}

const pendingIn = (document: InteractionDocument | undefined): PendingIdentity | undefined =>
  document?.pending === undefined ? undefined : readPending(document.pending);

/** More tabs of one sign-in are hardly waited for. */
const MOST_WAITING = 5;

/** We wrote it; the seal proves that. */
const begunIn = ({ redirects }: InteractionDocument): readonly BegunRedirect[] =>
  redirects === undefined ? [] : (JSON.parse(redirects) as readonly BegunRedirect[]);

const withoutUpstreams = ({ upstreams: _, upstreamNames: __, ...document }: InteractionDocument): InteractionDocument =>
  document;

const attemptIn = (document: InteractionDocument | undefined): Attempt | undefined =>
  document?.attempt === undefined ? undefined : readAttempt(document.attempt);

const LIBRARY_INTERACTION = computation<LibraryInteraction | undefined>('library interaction');

/** The library's interaction of this browser, read once for each request. */
const findLibraryInteraction = (
  provider: Provider,
  ...request: BrowserRequest
): Promise<LibraryInteraction | undefined> =>
  currentScope().compute(LIBRARY_INTERACTION, '', () => readLibraryInteraction(provider, request));

type BrowserRequest = Parameters<Provider['interactionDetails']>;

async function readLibraryInteraction(
  provider: Provider,
  [req, res]: BrowserRequest,
): Promise<LibraryInteraction | undefined> {
  try {
    return await provider.interactionDetails(req, res);
  } catch (error) {
    // No cookie, no interaction, or a session that is not the one it began in: the person is told to start again.
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

/**
 * The results of this and earlier steps of the same request. A visit may be over, and its browser not have followed yet: who
 * presses twice, or goes back, goes on from there, and shows nothing again. Not from a refusal, which they may think better of.
 */
const resultsSoFar = ({ result, lastSubmission }: LibraryInteraction): InteractionResults | undefined =>
  result === undefined || result['error'] !== undefined ? lastSubmission : result;

interface Finishing {
  readonly provider: Provider;
  readonly consents: Pick<ConsentService, 'give'>;
  readonly libraryInteraction: LibraryInteraction;
  readonly interaction: Interaction;
}

/** The result of this step, together with the earlier results of the request. */
async function resultsOf(finishing: Finishing, result: SignInResult): Promise<InteractionResults> {
  const before = resultsSoFar(finishing.libraryInteraction) ?? {};
  switch (result.kind) {
    case 'signed-in':
      // Choices and consent of another user do not carry over.
      return {
        ...(finishing.libraryInteraction.session?.accountId === result.userId && before),
        login: loginResult(result),
      };
    case 'chosen':
      return { ...before, chosen: {} };
    case 'consented':
      return { ...before, consent: { grantId: await grant(finishing, result.granted) } };
    case 'unchanged':
      return before;
    case 'refused':
      return { error: result.error };
  }
}

/** Adds what was consented to, to the grant that the session has for this client or to a new one, and remembers it. */
async function grant(
  { provider, consents, libraryInteraction, interaction: { client, requirements, requested = NOTHING } }: Finishing,
  granted: Missing,
): Promise<string> {
  const { accountId, uid: sessionUid } = libraryInteraction.session ?? {};
  if (accountId === undefined || sessionUid === undefined) throw new Error('Nobody is signed in who could consent.');
  const scope = currentScope();
  const known =
    libraryInteraction.grantId === undefined ? undefined : await provider.Grant.find(libraryInteraction.grantId);
  const session = await scope.reads.session(sessionUid);
  const formerId = session?.clients.find(({ clientId }) => clientId === client.id)?.grantId;
  const grant = known ?? (await newGrant(provider, { sessionUid, accountId, clientId: client.id, formerId }));
  give(grant, granted);
  // A user who is asked again sees everything, and consents to everything.
  const agreed = requirements.consent ? inEither(requested, granted) : granted;
  const by = actorIn(scope.ctx, { kind: 'user', id: accountId });
  return saveGrant(grant, async (draft) => {
    await consents.give(by, { userId: accountId, client }, agreed, draft);
  });
}

const NOTHING: Missing = { scopes: [], claims: [], resourceScopes: {} };

/** The details that the consent prompt left with the interaction, sealed; the other prompt has none. */
const consentDetailsOf = ({ prompt }: LibraryInteraction): ConsentDetails => ({
  missing: NOTHING,
  requested: NOTHING,
  ...(prompt.details as Partial<ConsentDetails>),
});

const personOf = ({ username, profile }: User): NonNullable<Interaction['person']> => ({
  username,
  ...(profile.name !== undefined && { name: profile.name }),
});
