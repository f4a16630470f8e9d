import type { Configuration } from 'oidc-provider';
import type { Snapshots } from '../../access/snapshot.js';
import { accessOf } from '../access-in-request.js';
import { accountOf } from '../account.js';
import type { ClientLookup } from '../client-lookup.js';
import { give, isNothing, missingOf } from '../missing.js';
import { currentScope } from '../request-scope.js';

/** Who a token or session is about, and what its client has been granted. */
export const accounts = (snapshots: Pick<Snapshots, 'read'>, clients: ClientLookup) =>
  ({
    async findAccount({ oidc }, sub) {
      const user = await currentScope().user(sub);
      return user && accountOf(user, await accessOf(snapshots, { kind: 'user', user }, oidc.client?.clientId));
    },

    /** The grant that this session has for the client. A first-party client's is made, and widened, without asking. */
    async loadExistingGrant({ oidc }) {
      const { client, session, account, provider, result } = oidc;
      if (!client || !session || !account) return undefined;
      const consent = result?.consent as { grantId?: string } | undefined;
      const grantId = consent?.grantId ?? session.grantIdFor(client.clientId);
      const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
      if ((await clients.get(client.clientId))?.firstParty !== true) return found;
      const grant = found ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
      const missing = missingOf(oidc, grant);
      if (!isNothing(missing)) {
        give(grant, missing);
        await grant.save();
      }
      return grant;
    },
  }) satisfies Configuration;
