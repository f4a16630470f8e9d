import type { AdapterPayload } from 'oidc-provider';
import { now, seconds } from '../../base/clock.js';
import type { Grant } from '../../sessions/grants/grant.js';
import { GrantDraft } from '../../sessions/grants/grant-draft.js';
import { revokeGrant } from '../../sessions/grants/revoke-grant.js';
import { epochBefore, type SignOutEpoch } from '../../sessions/sign-out-epoch.js';
import { clientBehind } from '../library/client/client-behind.js';
import { mergeGrantPayloads } from '../interactions/merge-grant-payloads.js';
import { currentScope, type RequestScope } from '../request-scope/request-scope.js';
import { oidcOf, sessionUidOf } from '../request-scope/session-in-request.js';
import { epochOfLogin, loginOf } from '../interactions/sign-in-result.js';
import type { ModelAdapter } from './model-adapter.js';
import { packPayload, unpackPayload } from './payload.js';

export const grantAdapter: ModelAdapter = {
  async find(id) {
    const scope = currentScope();
    const grant = await scope.reads.grant(id);
    return grant && (await scope.reads.grantAlive(grant)) ? withinClient(unpackPayload(grant.payload, id)) : undefined;
  },

  async upsert(id, payload, expiresIn = 0) {
    const scope = currentScope();
    const { accountId, clientId } = payload;
    if (accountId === undefined || clientId === undefined) throw new Error('A grant needs a user and a client.');
    const sessionUid = sessionUidOf(scope);
    // A grant that nobody has read in this request is a new one.
    const extended = await scope.reads.grant.read(id);
    const made = extended?.clientMade ?? (await scope.clients?.get(clientId))?.createdAt;
    const grant: Grant = {
      id,
      userId: accountId,
      clientId,
      ...(made !== undefined && { clientMade: made }),
      ...(sessionUid !== undefined && { sessionUid }),
      startedAt: extended?.startedAt ?? now(),
      signOutEpoch: extended?.signOutEpoch ?? (await epochHere(scope, accountId)),
      ...(extended?.confirmedAfter !== undefined && { confirmedAfter: extended.confirmedAfter }),
      payload: packPayload(payload),
      expiresAt: now() + seconds(expiresIn),
    };
    const draft = new GrantDraft(scope.realm, grant, extended, mergeGrantPayloads);
    const write = scope.grantWriters.of(id);
    scope.held.work(() => write(draft));
  },

  async destroy(id) {
    await revokeGrant(currentScope().realm, id, now());
  },
};

/** The epoch of the session that this request acts in, or of the sign-in by which it will be this person's. */
async function epochHere(scope: RequestScope, userId: string): Promise<SignOutEpoch> {
  const uid = sessionUidOf(scope);
  const { browserSession } = scope.reads;
  if (browserSession?.id === uid && browserSession?.userId === userId) return browserSession.signOutEpoch;
  const login = loginOf(oidcOf(scope)?.result);
  if (login?.accountId === userId) return epochOfLogin(login) ?? epochBefore(now());
  const session = uid === undefined ? undefined : await scope.reads.session(uid);
  return session?.userId === userId ? session.signOutEpoch : epochBefore(now());
}

/** Scopes that the client may no longer request are not granted meanwhile; the stored grant keeps what was agreed to. */
function withinClient(grant: AdapterPayload): AdapterPayload {
  const client = oidcOf(currentScope())?.client;
  const openid = grant['openid'] as { readonly scope?: string } | undefined;
  if (!client || client.clientId !== grant.clientId || openid?.scope === undefined) return grant;
  const { scopes } = clientBehind(client);
  const allowedScopes = openid.scope.split(' ').filter((scope) => scopes.includes(scope));
  return { ...grant, openid: { ...openid, scope: allowedScopes.join(' ') } };
}
