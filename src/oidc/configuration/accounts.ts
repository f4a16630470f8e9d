import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Snapshots } from '../../access/evaluation/snapshot.js';
import { consentedOf } from '../../sessions/consents/consent.js';
import { inBoth } from '../../sessions/consents/consented.js';
import type { ConsentService } from '../../sessions/consents/consent-service.js';
import { sectorOf } from '../../realm/clients/client-sector.js';
import type { Recheck } from '../../federation/provisioning/recheck.js';
import { isRefreshToken, recheckedUser } from '../request-scope/rechecked-user.js';
import type { Missing } from '../../sign-in/flow/facts.js';
import { accessOf } from '../request-scope/access-in-request.js';
import { accountOf } from '../issuance/account-claims.js';
import { clientBehind } from '../library/client/client-behind.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { give, isNothing, missingOf, missingUnasked } from '../interactions/unconsented.js';
import { newGrant, sidOf } from '../interactions/new-grant.js';
import { saveGrant } from '../interactions/save-grant.js';
import { claimsWithin } from './claims.js';
import type { PairwiseSubjects } from '../issuance/pairwise-subjects.js';
import { connectorOfSignIn, signInBehind } from '../interactions/connector-of-sign-in.js';
import { loginOf } from '../interactions/sign-in-result.js';
import { askingOf, requirementsOf } from '../interactions/requirements-of-request.js';
import type { WriteGrant } from '../request-scope/grant-writers.js';
import { currentScope } from '../request-scope/request-scope.js';
import { signInFacts, type Shows } from '../issuance/authentication-context.js';

/** The user of a token or session, and the grant of its client. */
export function accounts(
  snapshots: Pick<Snapshots, 'read'>,
  clients: ClientLookup,
  consents: Pick<ConsentService, 'get' | 'use'>,
  pairwise: PairwiseSubjects,
  recheck: Recheck,
) {
  return {
    subjectTypes: ['public', 'pairwise'],
    /** One name per sector, in every token, at userinfo and at introspection: see docs/clients.md. */
    pairwiseIdentifier: (_ctx, userId, client) => pairwise.of(userId, sectorOf(clientBehind(client))),

    async findAccount({ oidc }, sub, token) {
      // The library makes a session transient and never the reverse. A user who asks for it stays signed in from now on.
      if (loginOf(oidc.result)?.remember && oidc.session) oidc.session.transient = undefined;
      const { settings, reads } = currentScope();
      const stored = await reads.user(sub);
      const user =
        stored && isRefreshToken(token)
          ? await recheckedUser(recheck, stored, await signInBehind(oidc, stored, token))
          : stored;
      if (!user) return undefined;
      const shows =
        (token as Shows | undefined) ?? (oidc.session && { acr: oidc.session.acr, authTime: oidc.session.loginTs });
      const signIn = signInFacts(shows, await connectorOfSignIn(oidc, user, token));
      const access = await accessOf(snapshots, { kind: 'user', user }, oidc.client?.clientId, signIn);
      const { attributeClaims } = settings;
      const client = oidc.client && clientBehind(oidc.client);
      const allowed = claimsWithin(client?.scopes ?? [], attributeClaims);
      const permissionsAt = (client?.claims ?? []).flatMap(({ resourceServer = [] }) => resourceServer);
      return accountOf(
        user,
        { access, connector: signIn.connector },
        { attributes: attributeClaims ?? [], allowed, permissionsAt },
      );
    },

    /**
     * The grant that this session has for the client. If it does not cover the request, it is created or extended without asking: for a
     * first-party client by everything, for others by what the user consented to before.
     */
    async loadExistingGrant({ oidc }) {
      const { client, session, account, provider, result } = oidc;
      if (!client || !session || !account) return undefined;
      const consent = result?.consent as { grantId?: string } | undefined;
      const { clientId } = client;
      if (!session.sidFor(clientId)) session.sidFor(clientId, sidOf(session.uid, clientId));
      const grantId = consent?.grantId ?? session.grantIdFor(clientId);
      const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
      const missing = missingOf(oidc, found);
      const { firstParty = false, offlineAccess = false } = (await clients.get(clientId)) ?? {};
      // Where only the consent page gives `offline_access`, it is not in the grant before the page was answered.
      const unasked = offlineAccess ? missing : missingUnasked(missing);
      if (isNothing(missing) || (firstParty && isNothing(unasked))) return found;
      const remembered = firstParty ? { given: unasked } : await rememberedOf(oidc, account.accountId, missing);
      if (!remembered) return found;
      const whose = { sessionUid: session.uid, accountId: account.accountId, clientId, formerId: grantId };
      const grant = found ?? (await newGrant(provider, whose));
      give(grant, remembered.given);
      await saveGrant(grant, remembered.write);
      return grant;
    },
  } satisfies Configuration;

  /** The part that needs no new consent. Undefined if there is none. */
  async function rememberedOf(
    { client, params }: KoaContextWithOIDC['oidc'],
    userId: string,
    missing: Missing,
  ): Promise<Remembered | undefined> {
    if (!client || !params) return undefined;
    const ours = clientBehind(client);
    // A request that always asks for consent asks for everything.
    if (requirementsOf(params, askingOf(ours, pairwise, currentScope().settings)).consent) return undefined;
    const consent = await consents.get(userId, ours);
    const given = consent && inBoth(missing, consentedOf(consent));
    // A user who consented before is not asked again for the same.
    const { noGrant: _, ...more } = missing;
    if (!given || (isNothing(given) && !isNothing(more))) return undefined;
    const write: WriteGrant = async (grant) => {
      // A consent that was withdrawn at this very moment gives no grant, and the code that goes out opens nothing.
      await consents.use(ours, consent, given, grant);
    };
    return { given, write };
  }
}

/** A part of the request that needs no new consent, and how a grant of it is written. */
interface Remembered {
  readonly given: Missing;
  readonly write?: WriteGrant;
}
