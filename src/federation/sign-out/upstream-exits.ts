import { z } from 'zod';
import { GatehouseError } from '../../base/errors.js';
import { hours, now } from '../../base/clock.js';
import type { SealedAt, SecretBox } from '../../base/crypto/secret-box.js';
import type { Session } from '../../sessions/session.js';
import type { RealmId } from '../../storage/store.js';
import type { BrowserTarget } from '../contract/redirect-connector.js';
import type { ConnectorChain } from '../userstores/connector-chain.js';

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
  /** Where a browser goes that comes back from there. Undefined if the state is none of ours for this connector, or has expired. */
  back(connector: string, state: string): { readonly returnTo?: string } | undefined;
}

export interface UpstreamExit {
  readonly when: 'ask' | 'always';
  /** The name of the connector for people. */
  readonly displayName: string;
  readonly target: BrowserTarget;
}

/** A longer address would not fit into the state. */
const LONGEST_ADDRESS = 2000;
/** Somebody may leave the page of the upstream open. */
const STATE_LIVES = hours(1);

const sealedState = z.strictObject({ expiresAt: z.number(), returnTo: z.string().optional() });

export function upstreamExits({
  realm,
  box,
  redirects,
}: {
  readonly realm: RealmId;
  readonly box: Pick<SecretBox, 'seal' | 'open'>;
  readonly redirects: ConnectorChain['redirects'];
}): UpstreamExits {
  const placeOf = (connector: string): SealedAt => ({ realm, collection: 'signOuts', id: connector, field: 'state' });

  return {
    async of({ begunBy, signOutHint }, returnTo) {
      const found = (await redirects()).find(({ connector }) => connector.id === begunBy?.connector);
      if (!found?.connector.signOut || (returnTo?.length ?? 0) > LONGEST_ADDRESS) return undefined;
      const { id, signOut } = found.connector;
      const { when } = signOut;
      // An application that waits for the browser gets it: nobody is asked in between.
      if (when === 'ask' && returnTo !== undefined) return undefined;
      const state = JSON.stringify({ expiresAt: now() + STATE_LIVES, ...(returnTo !== undefined && { returnTo }) });
      const target = await signOut.address({
        state: box.seal(placeOf(id), state),
        ...(signOutHint !== undefined && { hint: signOutHint }),
      });
      return target && { when, displayName: found.displayName, target };
    },

    back(connector, state) {
      const opened = open(placeOf(connector), state);
      if (opened === undefined) return undefined;
      const { expiresAt, returnTo } = sealedState.parse(JSON.parse(opened));
      if (expiresAt <= now()) return undefined;
      return { ...(returnTo !== undefined && { returnTo }) };
    },
  };

  function open(at: SealedAt, sealed: string): string | undefined {
    try {
      return box.open(at, sealed);
    } catch (error) {
      if (error instanceof GatehouseError && error.code === 'seal-broken') return undefined;
      throw error;
    }
  }
}
