import { isDeepStrictEqual } from 'node:util';
import { now } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { clientSubject, readsBehaviour, subjectOf } from '../../access/evaluation/subject.js';
import type { Subject } from '../../access/evaluation/evaluation-context.js';
import type { Snapshot, Snapshots } from '../../access/evaluation/snapshot.js';
import { administratorRank } from '../../access/administration/administrator-rank.js';
import { asIn } from '../../access/administration/snapshot-after-event.js';
import type { Actor } from '../../changes/actor.js';
import type { Guard } from '../../changes/change-recorder.js';
import type { Event } from '../../changes/event.js';
import type { BehaviourService } from '../../identity/activity/activity-service.js';
import type { Users } from '../../identity/users/users.js';
import type { ClientService } from '../../realm/clients/client-service.js';
import type { Connector, Linking } from './connector.js';
import type { ConnectorService } from './connector-service.js';
import { accessBeyond, mappingFaults } from './mapped-access.js';

export interface MappedAccessParts {
  readonly snapshots: Pick<Snapshots, 'read'>;
  readonly users: Pick<Users, 'get'>;
  readonly clients: Pick<ClientService, 'get'>;
  readonly behaviours: Pick<BehaviourService, 'getMany'>;
  readonly connectors: Pick<ConnectorService, 'all'>;
}

/**
 * Refuses a connector by which somebody would give access that they do not hold themselves (`mapping-gives-more`), trust in addresses by
 * anybody but an administrator, and a change of a role or group after which a mapping's list would lead to Gatehouse's own API. The command line and Gatehouse itself hold everything.
 *
 * @param parts called only if there is something to check
 */
export function mappedAccess(parts: () => MappedAccessParts): Guard {
  return async (by, event) => {
    switch (event.subject.kind) {
      case 'connector':
        return reaches(event) ? givenBy(by, event, parts()) : undefined;
      case 'role':
      case 'group':
        return event.after !== undefined ? newFault(event, parts()) : undefined;
      default:
        return undefined;
    }
  };
}

/** The fields that only change how a connector looks, and those that only narrow. */
const HARMLESS = ['displayName', 'order', 'afterWrongPassword', 'recheckAfter', 'secretExpiresAt'];

/** Whether the change can give somebody access: who the users are depends on connection and subject as much as on the mapping. */
function reaches({ before, after }: Event): boolean {
  if (after === undefined) return false;
  const isDisabled = after['enabled'] === false && before !== undefined;
  const relevant = (shown: JsonObject = {}) =>
    Object.fromEntries(
      Object.entries(shown).filter(([field]) => !HARMLESS.includes(field) && !(isDisabled && field === 'enabled')),
    );
  return !isDeepStrictEqual(relevant(before), relevant(after));
}

async function givenBy(by: Actor, { subject, after }: Event, parts: MappedAccessParts): Promise<Problem | undefined> {
  if (by.kind === 'host' || by.kind === 'system' || after === undefined) return undefined;
  const snapshot = await parts.snapshots.read();
  const actor = (await subjectOfActor(by, snapshot, parts)) ?? NOBODY;
  // Whoever decides what such a connector says signs in as anybody with an address.
  const trusts = after['linking'] === ('trust-verified-email' satisfies Linking);
  if (trusts && administratorRank(actor, snapshot, now()) < 2)
    return problem('linking-trusts-addresses', ['linking'], {});
  const connector = { id: subject.id, mapping: mappingIn(after) };
  const access = accessBeyond(actor, connector, snapshot, now());
  return access === undefined ? undefined : problem('mapping-gives-more', ['mapping'], { access });
}

async function subjectOfActor(
  { kind, id }: Actor,
  snapshot: Snapshot,
  { users, clients, behaviours }: MappedAccessParts,
): Promise<Subject | undefined> {
  if (kind === 'client') {
    const client = await clients.get(id);
    return client && clientSubject(client);
  }
  const user = await users.get(id);
  const known = readsBehaviour(snapshot) ? await behaviours.getMany([id]) : undefined;
  return user && subjectOf(user, snapshot, now(), known?.get(id));
}

/** An actor who was removed meanwhile holds nothing. */
const NOBODY: Subject = { kind: 'user', id: '', userstore: '', assignments: [], attributes: [] };

async function newFault(event: Event, { snapshots, connectors }: MappedAccessParts): Promise<Problem | undefined> {
  const all = await connectors.all();
  if (all.size === 0) return undefined;
  const snapshot = await snapshots.read();
  const faults = (shown: JsonObject | undefined) =>
    [...all.values()].flatMap(({ mapping }) =>
      mappingFaults(mapping, asIn(shown, event, snapshot), now()).filter(
        ({ code }) => code === 'mapping-lists-own-permission',
      ),
    );
  const before = faults(event.before);
  return faults(event.after).find((fault) => !before.some((one) => isDeepStrictEqual(one, fault)));
}

// The spec marks the mapping `audited`; an event shows it as it is stored.
const mappingIn = (shown: object): Connector['mapping'] => (shown as Pick<Connector, 'mapping'>).mapping;
