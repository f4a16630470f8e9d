import { hours, now } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { newId } from '../../base/crypto/ids.js';
import type { Session } from '../../sessions/session.js';
import type { Realm } from '../../storage/store.js';
import { remove } from '../../storage/write.js';
import type { BrowserTarget } from '../contract/redirect-connector.js';
import type { ConnectorChain } from '../userstores/connector-chain.js';
import { upstreamReturns } from './upstream-return.js';

/** Sign-outs here that go on to the identity provider by which the session began. */
export interface UpstreamExits {
  /**
   * Where the browser may go on to, now that this session has ended. Undefined: nowhere, by the settings of the connector or since its
   * upstream does not answer in a few seconds. Never throws.
   *
   * @param returnTo an address that an application registered: where the browser goes afterwards. Absent: to a page of ours
   */
  of(
    session: Pick<Session, 'begunBy' | 'signOutHint'>,
    returnTo: string | undefined,
  ): Promise<UpstreamExit | undefined>;
  /**
   * Where a browser goes that comes back from there, once. Undefined if the state is none of ours for this connector, was used, or has expired.
   *
   * @throws StoreUnavailable
   */
  back(connector: string, state: string): Promise<{ readonly returnTo?: string } | undefined>;
}

export interface UpstreamExit {
  readonly when: 'ask' | 'always';
  /** The name of the connector for people. */
  readonly displayName: string;
  readonly target: BrowserTarget;
}

/** In characters. */
const LONGEST_ADDRESS = 2000;
/** Somebody may leave the page of the upstream open. */
const STATE_LIVES = hours(1);

export function upstreamExits({
  realm,
  redirects,
}: {
  readonly realm: Realm;
  readonly redirects: ConnectorChain['redirects'];
}): UpstreamExits {
  const waiting = realm.of(upstreamReturns);

  return {
    async of({ begunBy, signOutHint }, returnTo) {
      const found = (await redirects()).find(({ connector }) => connector.id === begunBy?.connector);
      if (!found?.connector.signOut || (returnTo?.length ?? 0) > LONGEST_ADDRESS) return undefined;
      const { id, signOut } = found.connector;
      const { when } = signOut;
      // An application that waits for the browser gets it: nobody is asked in between.
      if (when === 'ask' && returnTo !== undefined) return undefined;
      const state = newId();
      const target = await signOut.address({ state, ...(signOutHint !== undefined && { hint: signOutHint }) });
      if (!target) return undefined;
      const inserted = await waiting.insert({
        ...{ id: hashOf(state), connector: id, expiresAt: now() + STATE_LIVES },
        ...(returnTo !== undefined && { returnTo }),
      });
      return inserted.ok ? { when, displayName: found.displayName, target } : undefined;
    },

    async back(connector, state) {
      const kept = await waiting.get(hashOf(state));
      if (kept?.connector !== connector) return undefined;
      const removed = await realm.commit([remove(upstreamReturns, kept.id)]);
      if (!removed.ok) return undefined;
      return { ...(kept.returnTo !== undefined && { returnTo: kept.returnTo }) };
    },
  };
}
