import fc from 'fast-check';
import { assign, type NewAssignment, unassign } from '../../src/access/model/assign.js';
import { roleInput } from '../../src/access/model/role-input.js';
import { decide } from '../../src/access/evaluation/decide.js';
import type { Subject } from '../../src/access/evaluation/evaluation-context.js';
import type { DecisionSnapshot } from '../../src/access/evaluation/snapshot.js';
import { clientSubject, subjectOf } from '../../src/access/evaluation/subject.js';
import { decideAt } from '../../src/access/time-travel/decide-at.js';
import { snapshotAt } from '../../src/access/time-travel/snapshot-at.js';
import { clientAt, userAt } from '../../src/access/time-travel/subject-at.js';
import { hours, type Instant, minutes } from '../../src/base/clock.js';
import type { Limitation } from '../../src/base/assignment.js';
import type { Saved } from '../../src/changes/change-result.js';
import { groupInput } from '../../src/identity/groups/group-input.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';
import { AUDIENCES, type Answers, answersOf, PERMISSIONS } from './comparable-answers.js';
import { by, type EmptyRealm } from '../realm-file/realm.js';

const NODES = [...PERMISSIONS, 'orders', '*', '*:read'];
const TEAMS = ['red', 'blue'];
const RULES = [
  '"red" in attributes.team',
  'locale == "de"',
  'email.endsWith("@a.test") && emailVerified',
  'username.startsWith("late")',
  'now - createdAt > duration("3h")',
];
/** Each step does one of these to what there is, chosen by the numbers. */
const ACTIONS = [
  ...['user', 'user-change', 'user-change', 'user-remove', 'give', 'give', 'give', 'give', 'take'],
  ...['role', 'role-change', 'role-change', 'role-remove', 'group', 'group-change', 'group-change', 'group-remove'],
  ...[
    'server',
    'server',
    'server-change',
    'server-change',
    'server-remove',
    'client',
    'client-rename',
    'client-remove',
    'wait',
  ],
] as const;

export interface Step {
  readonly action: (typeof ACTIONS)[number];
  readonly after: number;
  readonly choice: readonly [number, number, number, number];
}

export const steps = fc.array(
  fc.record<Step>({
    action: fc.constantFrom(...ACTIONS),
    after: fc.integer({ min: 1, max: minutes(90) }),
    choice: fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000)),
  }),
  { minLength: 12, maxLength: 30 },
);

/** The things of one run, in a realm that earlier runs used too. */
export class ChangingWorld {
  readonly #realm: EmptyRealm;
  readonly #run: number;
  /** Every user and client that there ever was in this run, as `user:ID` or `client:ID`. */
  readonly subjects: string[] = [];
  readonly #roles: string[] = [];
  readonly #groups: string[] = [];
  #made = 0;

  constructor(realm: EmptyRealm, run: number) {
    this.#realm = realm;
    this.#run = run;
  }

  get #parts() {
    return this.#realm.parts;
  }

  readonly #name = (beginning: string): string => `${beginning}-${this.#run}-${++this.#made}`;

  async begin(): Promise<void> {
    const shop = await this.#parts.clients.get('shop');
    if (!shop) await this.#parts.clients.create(by, clientInput.parse({ id: 'shop', name: 'Shop', ...MACHINE }));
    const beginnings: readonly (readonly [Step['action'], Step['choice']])[] = [
      ['server', [0, 0, 0, 0]],
      ['server', [1, 0, 0, 0]],
      // The first role gives orders:write, which implies orders:read.
      ['server-change', [0, 1, 0, 0]],
      ['role', [0, 0, 1, 0]],
      ['role', [0, 0, 2, 0]],
      ['role', [0, 1, 6, 0]],
      ['role-change', [0, 2, 1, 0]],
      ['group', [0, 0, 0, 0]],
      ['group', [0, 1, 0, 0]],
      ['group', [0, 2, 0, 0]],
      ['user', [0, 0, 0, 0]],
      ['user', [0, 0, 1, 1]],
      ['client', [0, 0, 0, 0]],
      // To the first user a role, to the second a membership, to both groups and the client a role.
      ...[0, 2, 3, 4].map((holder) => ['give', [holder, holder, 0, 0]] as const),
      ['give', [1, 0, 0, 1]],
    ];
    for (const [action, choice] of beginnings) await this.carryOut({ action, after: 0, choice });
  }

  /** Refused changes are no changes. */
  async carryOut({ action, choice: [a, b, c, d] }: Step): Promise<void> {
    const { users, roles, groups, resourceServers, clients, snapshots } = this.#parts;
    const user = await users.get(pick(this.#ids('user'), a) ?? '');
    const role = await roles.get(pick(this.#roles, a) ?? '');
    const group = await groups.get(pick(this.#groups, a) ?? '');
    const identifier = pick(AUDIENCES, a) ?? '';
    const server = await resourceServers.get(identifier);
    const client = await clients.get(pick(this.#ids('client'), a) ?? '');
    switch (action) {
      case 'user': {
        const made = await users.create(by, {
          username: this.#name('somebody'),
          email: `${this.#name('mail')}@${pick(['a', 'b'], b)}.test`,
          emailVerified: c % 2 === 0,
          attributes: [{ name: 'team', value: pick(TEAMS, d) ?? '' }],
        });
        if (made.ok) this.subjects.push(`user:${made.value.id}`);
        return;
      }
      case 'user-change':
        if (!user) return;
        await users.update(
          by,
          user.id,
          pick(
            [
              { username: this.#name(pick(['late', 'early'], c) ?? '') },
              { attributes: [{ name: 'team', value: pick(TEAMS, c) ?? '' }] },
              { profile: { locale: pick(['de', 'en'], c) } },
              { email: `${this.#name('new')}@a.test`, emailVerified: c % 2 === 0 },
              { email: null },
              { state: c % 2 === 0 ? ('active' as const) : ('disabled' as const) },
              { profile: { givenName: this.#name('Ada') } },
            ],
            b,
          ) ?? {},
        );
        return;
      case 'user-remove':
        if (user) await users.remove(by, user.id);
        return;
      case 'give':
        return this.#give([a, b, c, d]);
      case 'take': {
        const holders = [
          [users, user],
          [groups, group],
        ] as const;
        for (const [owner, holder] of holders) {
          const one = holder && pick(holder.assignments, c);
          if (one) await unassign<typeof holder>(by, owner, holder, [one.id], await snapshots.read());
        }
        return;
      }
      case 'role': {
        const made = await roles.create(
          by,
          roleInput.parse({ name: this.#name('role'), policies: [this.#policy(b, c)] }),
        );
        if (made.ok) this.#roles.push(made.value.id);
        return;
      }
      case 'role-change':
        if (!role) return;
        await roles.update(
          by,
          role.id,
          pick(
            [
              { name: this.#name('renamed') },
              { policies: [this.#policy(c, d), this.#policy(d, c)] },
              { includes: this.#roles.filter((id, at) => id !== role.id && (at + c) % 2 === 0).slice(0, 2) },
              { audience: c % 2 === 0 ? { client: 'shop' } : { resourceServer: pick(AUDIENCES, d) ?? '' } },
              { description: this.#name('words') },
            ],
            b,
          ) ?? {},
        );
        return;
      case 'role-remove':
        if (role) await roles.remove(by, role.id, role.version, { cascade: true });
        return;
      case 'group': {
        const type = pick([{}, { type: 'segment', rule: pick(RULES, c) }, { type: 'customer-group' }], b);
        const made = await groups.create(by, groupInput.parse({ name: this.#name('group'), ...type }));
        if (made.ok) this.#groups.push(made.value.id);
        return;
      }
      case 'group-change':
        if (!group) return;
        await groups.update(
          by,
          group.id,
          pick(
            [{ name: this.#name('renamed') }, { rule: pick(RULES, c) ?? '' }, { description: this.#name('words') }],
            b,
          ) ?? {},
        );
        return;
      case 'group-remove':
        if (group) await groups.remove(by, group.id, group.version, { cascade: true });
        return;
      case 'server':
        if (server) return;
        await resourceServers.create(
          by,
          resourceServerInput.parse({ identifier, name: 'API', permissions: PERMISSIONS.map((name) => ({ name })) }),
        );
        return;
      case 'server-change': {
        if (!server) return;
        const named = PERMISSIONS.filter((_, at) => (at + b) % 3 !== 0 || c % 2 === 0);
        const permissions = named.map((name, at) => ({
          name,
          implies: at === d % 3 && named.includes('refunds:make') && name !== 'refunds:make' ? ['refunds:make'] : [],
        }));
        const implications = [{ permission: 'orders:write', implies: ['orders:read'] }];
        const patch =
          pick([{ permissions }, { implications }, { implications: null }, { name: this.#name('API') }], b) ?? {};
        await resourceServers.update(by, identifier, patch, server.version, { cascade: true });
        return;
      }
      case 'server-remove':
        if (server && b % 2 === 0) await resourceServers.remove(by, identifier, server.version, { cascade: true });
        return;
      case 'client': {
        const id = this.#name('robot');
        const made = await clients.create(by, clientInput.parse({ id, name: id, ...MACHINE }));
        if (made.ok) this.subjects.push(`client:${id}`);
        return;
      }
      case 'client-rename': {
        if (!client) return;
        // Sometimes back to a name that it had.
        const to = pick([...this.#ids('client').filter((id) => id !== client.id), this.#name('robot')], b) ?? '';
        const renamed = await clients.rename(by, client.id, to, client.version);
        if (renamed.ok && !this.subjects.includes(`client:${to}`)) this.subjects.push(`client:${to}`);
        return;
      }
      case 'client-remove':
        if (client) await clients.remove(by, client.id, client.version, { cascade: true });
        return;
      case 'wait':
        return;
    }
  }

  async #give([a, b, c, d]: Step['choice']): Promise<void> {
    const { users, groups, clients, snapshots } = this.#parts;
    const snapshot = await snapshots.read();
    const kindOf = (id: string) => snapshot.groups.get(id)?.type;
    const plain = this.#groups.filter((id) => snapshot.groups.has(id) && kindOf(id) === undefined);
    const customer = this.#groups.filter((id) => kindOf(id) === 'customer-group');
    const now = Date.now();
    const limited: Limitation[][] = [
      [],
      [],
      [{ kind: 'client', values: ['shop'] }],
      [{ kind: 'owner', values: ['self'] }],
      [{ kind: 'attribute', values: ['team=red'] }],
      [{ kind: 'group', values: [pick(plain, d) ?? 'nobody'] }],
      [{ kind: 'expression', values: ['"blue" in attributes.team && userstore == "primary"'] }],
    ];
    const terms = {
      ...pick([{}, { validFrom: now + hours(c % 3) }, { validUntil: now + hours(1 + (c % 4)) }], d),
      ...(c % 5 === 0 && { reason: 'holiday cover' }),
    };
    const policyLimitations = pick(limited, c) ?? [];
    const role = pick(
      this.#roles.filter((id) => snapshot.roles.has(id)),
      b,
    );
    const group = pick(plain, b);
    const customerGroup = pick(customer, b);
    const wanted = pick<NewAssignment | undefined>(
      [
        role === undefined ? undefined : { role, ...terms, limitations: policyLimitations },
        group === undefined ? undefined : { group, ...terms },
        customerGroup === undefined ? undefined : { customerGroup, ...terms },
        {
          resourceServer: pick(AUDIENCES, b) ?? '',
          permission: pick(NODES, c) ?? '',
          ...terms,
          limitations: policyLimitations,
        },
      ],
      d,
    );
    if (!wanted) return;
    const [kind, id = ''] = (pick([...this.subjects, ...this.#groups.map((one) => `group:${one}`)], a) ?? '').split(
      ':',
    );
    const ignore = (_: Saved<unknown>): void => undefined;
    const [user, client, holder] = [
      kind === 'user' ? await users.get(id) : undefined,
      kind === 'client' ? await clients.get(id) : undefined,
      kind === 'group' ? await groups.get(id) : undefined,
    ];
    if (user) ignore(await assign(by, users, user, [wanted], snapshot));
    if (client) ignore(await assign(by, clients, client, [wanted], snapshot));
    if (holder) ignore(await assign(by, groups, holder, [wanted], snapshot));
  }

  async answersNow(subject: string): Promise<Answers> {
    const [kind, id = ''] = subject.split(':');
    const [at, snapshot] = [Date.now(), await this.#parts.snapshots.read()];
    const resource = { owner: id };
    const about = (found: Subject, who: string): Answers =>
      answersOf(who, snapshot, at, (wanted, context) => decide(found, wanted, resource, context, snapshot));
    if (kind === 'client') {
      const client = await this.#parts.clients.get(id);
      return client ? about(clientSubject(client), id) : 'absent';
    }
    const user = await this.#parts.users.get(id);
    return user ? about(subjectOf(user, snapshot, at), user.username) : 'absent';
  }

  async answersAt(asked: readonly { readonly at: Instant; readonly id: string }[]): Promise<readonly Answers[]> {
    const snapshots = new Map<Instant, DecisionSnapshot>();
    const answers: Answers[] = [];
    for (const { at, id: subject } of asked) {
      const [kind, id = ''] = subject.split(':');
      const snapshot =
        snapshots.get(at) ?? (await snapshotAt(this.#parts.realm, await this.#parts.snapshots.read(), at));
      snapshots.set(at, snapshot);
      const resource = { owner: id };
      if (kind === 'client') {
        const client = await clientAt(this.#parts.realm, id, at);
        answers.push(
          client.is === 'known'
            ? answersOf(id, snapshot, at, (wanted, context) =>
                decide(clientSubject(client.subject), wanted, resource, context, snapshot),
              )
            : 'absent',
        );
        continue;
      }
      const user = await userAt(this.#parts, id, at);
      answers.push(
        user.is === 'known'
          ? answersOf(
              user.subject.username,
              snapshot,
              at,
              (wanted, context) => decideAt(user.subject, { wanted, resource, context }, snapshot).decision,
            )
          : 'absent',
      );
    }
    return answers;
  }

  #ids(kind: 'user' | 'client'): string[] {
    return this.subjects.flatMap((subject) => (subject.startsWith(`${kind}:`) ? subject.slice(kind.length + 1) : []));
  }

  #policy(one: number, other: number) {
    const limitations = pick(
      [[], [], [{ kind: 'owner', values: ['self'] }], [{ kind: 'client', values: ['shop'] }]],
      other,
    );
    return {
      resourceServer: pick(AUDIENCES, one) ?? '',
      permission: pick(NODES, other) ?? '',
      limitations: limitations ?? [],
    };
  }
}

const MACHINE = { authentication: 'client_secret_basic', grantTypes: ['client_credentials'] };

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];
