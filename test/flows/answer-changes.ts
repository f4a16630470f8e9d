/** Changes of everything that an answer of userinfo or introspection may be made from. */
import { hours, minutes, now, seconds } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import type { Parts } from '../../src/app/parts.js';
import type { Saved } from '../../src/changes/change-result.js';
import { rotateKeys } from '../../src/realm/keys/key-rotation.js';
import { endSession } from '../../src/sessions/end-session.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { revokeGrant } from '../../src/sessions/grants/revoke-grant.js';
import { sessions } from '../../src/sessions/session.js';
import { tokens } from '../../src/sessions/tokens/token.js';
import { setDate } from '../support/moved-date.js';
import { ORDERS } from './flow-host.js';

/** The tokens at hand, and their user. */
export interface Held {
  readonly userId: string;
  readonly username: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export const MOVER = { id: 'mover', secret: 'the secret of a client that is changed 0123456789' };
export const BY = { kind: 'host', id: 'tests', requestId: 'test' } as const;

export interface Change {
  /** Which of several variants. */
  readonly variant: number;
  readonly parts: Parts;
  readonly held: Held;
}
type Changing = (change: Change) => Promise<unknown>;

const user = ({ parts, held }: Change) => parts.users.get(held.userId);
const tokenOf = ({ parts, held }: Change) => parts.realm.of(tokens).get(hashOf(held.accessToken));
const one = <T>(from: readonly T[], { variant }: Change): T | undefined => from[variant % from.length];

async function updateMover(change: Change, patch: Parameters<Parts['clients']['update']>[2]): Promise<unknown> {
  const found = await change.parts.clients.get(MOVER.id);
  return found && change.parts.clients.update(BY, MOVER.id, patch, found.version);
}

export async function createMover({ clients }: Pick<Parts, 'clients'>): Promise<void> {
  done(
    await clients.create(
      BY,
      {
        ...{ id: MOVER.id, name: 'Mover', applicationType: 'web', authentication: 'client_secret', firstParty: true },
        ...{ redirectUris: ['https://mover.test/callback'], postLogoutRedirectUris: [], allowedOrigins: [] },
        ...{ grantTypes: ['authorization_code', 'refresh_token'], resourceServers: [], idTokenClaims: 'scopes' },
        scopes: ['openid', 'profile', 'email', 'roles', 'groups', 'segments', 'attributes'],
        ...{ subjectType: 'public', pkce: 'required', refreshReuseSeconds: 0, rotateRefreshTokens: true },
        ...{ offlineAccess: false, resourceAtToken: 'optional', localhostAnyPort: false, lifetimes: {} },
        ...{ dpopBound: false, requirePushedRequests: false },
      },
      MOVER.secret,
    ),
  );
}

/** @throws Error with the refusal */
export function done<T>(saved: Saved<T>): T {
  if (!saved.ok) throw new Error(`It was refused: ${JSON.stringify(saved.refusal)}`);
  return saved.value;
}

async function assignRole(change: Change): Promise<unknown> {
  const { parts } = change;
  const found = await user(change);
  const snapshot = await parts.snapshots.read();
  const roles = [...snapshot.roles.values()].filter(({ name }) => ['seller', 'reader', 'counter'].includes(name));
  const role = one(roles, change);
  const at = now();
  const when = one<{ validFrom?: number; validUntil?: number }>(
    [
      {},
      { validUntil: at + minutes(2) },
      { validFrom: at + minutes(1) },
      { validFrom: at + seconds(30), validUntil: at + minutes(3) },
    ],
    change,
  );
  const limitations = change.variant % 3 === 0 ? [{ kind: 'time', values: ['00:00-12:00 UTC'] }] : [];
  return found && role && parts.assign(BY, parts.users, found, [{ role: role.id, ...when, limitations }], snapshot);
}

async function changeGroup(change: Change): Promise<unknown> {
  const { parts, variant } = change;
  const groups = [...(await parts.snapshots.read()).groups.values()].filter(({ type }) => type === undefined);
  const group = one(groups, change);
  return group && parts.groups.update(BY, group.id, { name: `group ${variant % 5} of ${group.id.slice(0, 4)}` });
}

async function changeRole(change: Change): Promise<unknown> {
  const { parts, variant } = change;
  const role = [...(await parts.snapshots.read()).roles.values()].find(({ name }) => name.startsWith('seller'));
  const hours = `${String(variant % 24).padStart(2, '0')}:30-${String((variant + 3) % 24).padStart(2, '0')}:30 UTC`;
  const limitations = variant % 2 === 0 ? [] : [{ kind: 'time', values: [hours] }];
  const policies = [{ resourceServer: ORDERS, permission: 'orders:write', limitations }];
  return role && parts.roles.update(BY, role.id, variant % 3 === 0 ? { name: `seller ${variant % 7}` } : { policies });
}

async function changeSegments(change: Change): Promise<unknown> {
  const { parts, held } = change;
  const rule = one(
    [`username == "${held.username}"`, 'false', `"b" in attributes.letter`, 'now > timestamp("2031-01-01T00:00:00Z")'],
    change,
  );
  const found = [...(await parts.snapshots.read()).groups.values()].find(({ name }) => name === 'moving');
  if (!rule) return undefined;
  if (found) return parts.groups.update(BY, found.id, { rule });
  return parts.groups.create(BY, { name: 'moving', type: 'segment', rule });
}

/** Moves the clock to just before, at, or just after an end of something. */
async function moveClock(change: Change): Promise<void> {
  const token = await tokenOf(change);
  const session =
    token?.sessionUid === undefined ? undefined : await change.parts.realm.of(sessions).get(token.sessionUid);
  const grant = token?.grantId === undefined ? undefined : await change.parts.realm.of(grants).get(token.grantId);
  const assignments = (await user(change))?.assignments ?? [];
  const secrets = (await change.parts.clients.get(MOVER.id))?.secrets ?? [];
  const ends = [
    ...[token, session, grant, ...secrets].map((ending) => ending?.expiresAt),
    ...assignments.flatMap(({ validFrom, validUntil }) => [validFrom, validUntil]),
    ...[Math.ceil(now() / minutes(30)) * minutes(30), now() + seconds(20)],
  ].filter((end) => end !== undefined && end > now() && end < now() + hours(30));
  const end = one(ends, change) ?? now();
  const exact = change.variant % 2 === 0 ? end : Math.floor(end / 1000) * 1000;
  setDate(exact + (one([-1, 0, 1, 999], change) ?? 0));
}

/** Every kind of change, by name. */
export const CHANGES = {
  async 'revoke the grant'(change) {
    const token = await tokenOf(change);
    if (token?.grantId !== undefined) await revokeGrant(change.parts.realm, token.grantId, now());
  },
  async 'end the session'(change) {
    const token = await tokenOf(change);
    if (token?.sessionUid !== undefined) await endSession(change.parts.realm, token.sessionUid, now());
  },
  'disable or enable the user': async (change) =>
    change.parts.users.update(BY, change.held.userId, {
      state: (await user(change))?.state === 'active' ? 'disabled' : 'active',
    }),
  'sign out everywhere': ({ parts, held }) => parts.users.signOutEverywhere(BY, held.userId),
  'remove the user': ({ parts, held }) => parts.users.remove(BY, held.userId),
  'change the profile': ({ parts, held, variant }) =>
    parts.users.update(BY, held.userId, { profile: { name: `Name ${variant % 3}` } }),
  'change attributes': ({ parts, held, variant }) =>
    parts.users.update(BY, held.userId, { attributes: [{ name: 'letter', value: variant % 2 === 0 ? 'a' : 'b' }] }),
  'assign a role': assignRole,
  async 'take all roles'(change) {
    const found = await user(change);
    return found && change.parts.users.replaceAssignments(BY, found.id, [], found.version);
  },
  async 'join a group'(change) {
    const found = await user(change);
    const snapshot = await change.parts.snapshots.read();
    const group = [...snapshot.groups.values()].find(({ type }) => type === undefined);
    return found && group && change.parts.assign(BY, change.parts.users, found, [{ group: group.id }], snapshot);
  },
  'change a group': changeGroup,
  'change a role': changeRole,
  'change segments': changeSegments,
  'map claims of the client': (change) =>
    updateMover(change, {
      claims: [
        { value: 'roles', claim: `roles_${change.variant % 3}` },
        ...(change.variant % 2 ? [] : [{ value: 'groups' as const }]),
      ],
    }),
  'change scopes of the client': (change) =>
    updateMover(change, {
      scopes: one([['openid'], ['openid', 'profile', 'roles', 'groups', 'segments', 'attributes']], change) ?? [],
    }),
  'change pairwise subjects': (change) =>
    updateMover(change, { subjectType: one(['public', 'pairwise'], change) ?? 'public' }),
  async 'add a secret that expires'(change) {
    const found = await change.parts.clients.get(MOVER.id);
    if (!found) return undefined;
    return change.parts.clients.addSecret(BY, MOVER.id, found.version, { expiresAt: now() + minutes(1) });
  },
  async 'let the secret end'(change) {
    const found = await change.parts.clients.get(MOVER.id);
    const [secret] = found?.secrets ?? [];
    if (!found || !secret) return undefined;
    const at = now() + (one([0, 30_000, 60_500], change) ?? 0);
    return change.parts.clients.endSecret(BY, MOVER.id, found.version, { secretId: secret.id, at });
  },
  async 'set the secret'({ parts, variant }) {
    const found = await parts.clients.get(MOVER.id);
    const secret = variant % 2 === 0 ? MOVER.secret : `another ${MOVER.secret}`;
    return found && parts.clients.setSecret(BY, MOVER.id, found.version, secret);
  },
  async 'remove the client'({ parts }) {
    const found = await parts.clients.get(MOVER.id);
    return found && parts.clients.remove(BY, MOVER.id, found.version, { cascade: true });
  },
  async 'create the client again'({ parts }) {
    const found = await parts.clients.get(MOVER.id);
    if (found) done(await parts.clients.remove(BY, MOVER.id, found.version, { cascade: true }));
    await createMover(parts);
  },
  async 'change settings'({ parts, variant }) {
    const { id: _, since: __, version, ...input } = await parts.settings.get();
    const attributeClaims =
      variant % 2 === 0
        ? []
        : [{ attribute: 'letter', claim: 'letter', scope: 'attributes' as const, multiple: variant % 3 === 0 }];
    return parts.settings.save(BY, { ...input, attributeClaims }, version);
  },
  async 'change the API'({ parts, variant }) {
    const found = await parts.resourceServers.get(ORDERS);
    return found && parts.resourceServers.update(BY, ORDERS, { userinfo: variant % 2 === 0 }, found.version);
  },
  'rotate keys': ({ parts }) => rotateKeys(parts, BY, 'signing', { atOnce: true }),
  'move the clock': moveClock,
  'move the clock back': async ({ variant }) =>
    setDate(now() - (one([1000, minutes(1), minutes(10)], { variant } as Change) ?? 0)),
} satisfies Readonly<Record<string, Changing>>;

export type ChangeName = keyof typeof CHANGES;
