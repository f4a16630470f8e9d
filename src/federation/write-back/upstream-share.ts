import type { IdentityLink } from '../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { User } from '../../identity/users/user.js';
import type { ConnectorView } from '../connectors/connector-service.js';
import { writtenClaim } from '../connectors/write-back-faults.js';
import type { UpstreamConnector } from '../contract/connector-kind.js';
import { ownedFields } from '../mapping/map-identity.js';

/** What the connector of a user's userstore decides of the user. */
export interface UpstreamShare {
  readonly connector: ConnectorView;
  /** The fields whose values come from there, as the mapping names them. */
  readonly owned: readonly string[];
  /** Those of them that can be changed there from here. */
  readonly writable: readonly string[];
  /** Whether its owner can change the password there from here, and whether an administrator can set it. */
  readonly password: { readonly own: boolean; readonly reset: boolean };
  /** What writes. Absent: nothing can be written. */
  readonly upstream?: { readonly at: UpstreamConnector; readonly link: IdentityLink };
}

/** Undefined: nothing of the user comes from elsewhere. */
export type UpstreamShareOf = (user: User) => Promise<UpstreamShare | undefined>;

export function upstreamShareOf(parts: {
  readonly connectors: { get(id: string): Promise<ConnectorView | undefined> };
  readonly opened: (id: string) => Promise<UpstreamConnector | undefined>;
  readonly links: Pick<IdentityLinks, 'of'>;
}): UpstreamShareOf {
  const { connectors, opened, links } = parts;

  return async (user) => {
    const connector = await connectors.get(user.userstore);
    if (!connector) return undefined;
    const { id, mapping, provisioning, writeBack = NOTHING } = connector;
    const { update } = provisioning;
    const owned =
      update === 'never' ? [] : ownedFields(mapping).filter((field) => update === 'always' || update.includes(field));
    const writesAny = writeBack.fields.length > 0 || writeBack.password !== 'never';
    const at = writesAny ? await opened(id) : undefined;
    const linked = at ? await links.of(user.id) : [];
    const [link, ...others] = linked.filter((one) => one.connector === id && one.suspendedAs === undefined);
    // Of several accounts there nobody knows which one is meant.
    const upstream = at && link && others.length === 0 ? { at, link } : undefined;
    const canWrite = upstream?.at.writeProfile !== undefined;
    return {
      ...{ connector, owned },
      writable: canWrite
        ? writeBack.fields.filter((field) => owned.includes(field) && writtenClaim(mapping, field) !== undefined)
        : [],
      password: {
        own: writeBack.password !== 'never' && upstream?.at.changePassword !== undefined,
        reset: writeBack.password === 'own-and-reset' && upstream?.at.setPassword !== undefined,
      },
      ...(upstream && { upstream }),
    };
  };
}

const NOTHING = { fields: [], password: 'never' } as const;
