import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import type { IdentityLink, NewLink } from '../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { LinkRefreshTokens } from '../../identity/links/refresh-tokens.js';
import type { User } from '../../identity/users/user.js';
import type { Users } from '../../identity/users/users.js';
import type { AdmitIdentity, IdentityQuestion, UpstreamAccount } from '../../identity/userstores/admit-identity.js';
import type { Stored } from '../../storage/spec.js';
import type { Connector } from '../connectors/connector.js';
import { mapIdentity } from '../mapping/map-identity.js';
import type { BringUpToDate, ReportConnector } from './bring-up-to-date.js';
import { needsOtherName } from './needs-other-name.js';
import { brokenRule, ruleDetails } from './sign-in-rules.js';
import type { NewUserPlan, RuledConnector, SignInPlan, SignInPlanner } from './plan-sign-in.js';

export interface FederatedUserParts {
  readonly connectors: { get(id: string): Promise<(RuledConnector & Pick<Connector, 'displayName'>) | undefined> };
  readonly planner: Pick<SignInPlanner, 'signIn'>;
  readonly links: Pick<IdentityLinks, 'add' | 'changeSubject'>;
  readonly users: Pick<Users, 'get' | 'create'>;
  readonly refreshTokens: Pick<LinkRefreshTokens, 'keep'>;
  readonly bringUpToDate: BringUpToDate;
  readonly report: ReportConnector;
}

type AskingPlan = Extract<SignInPlan, { readonly kind: 'asks-account' | 'asks-fields' }>;

const MOST_TRIES = 4;
const notAllowed = { kind: 'refused', fault: 'not-allowed' } as const;

/** Admits the identities that connectors confirm, by the rules of each connector. See {@link AdmitIdentity}. */
export function federatedUsers(parts: FederatedUserParts): AdmitIdentity {
  const { connectors, planner, links, users, refreshTokens, bringUpToDate, report } = parts;

  return async (by, connectorId, identity, { known, answer, provesFor, age }) => {
    const connector = await connectors.get(connectorId);
    if (!connector?.enabled) return notAllowed;
    const mapped = mapIdentity(connector.mapping, identity);
    const { subject, subjectBy, otherSubject, otherBy, claims } = identity;
    const broken = brokenRule(connector, { mapped, claims, age: age ?? 'unknown' });
    if (broken) {
      report(connectorId, ruleDetails(broken));
      return { kind: 'refused', fault: broken.rule };
    }
    const upstream = { connector: connectorId, issuer: '', subject, ...(subjectBy !== undefined && { subjectBy }) };
    // Whoever loses a race for the first sign-in of a subject finds the winner's link at the next try.
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      // What was read before somebody else was quicker is old.
      const read = tries === 0 ? known?.userOf : undefined;
      const plan = await planner.signIn(by, connector, upstream, mapped, {
        read,
        answer,
        subjectBy,
        otherSubject,
        otherBy,
        provesFor,
      });
      if (provesFor !== undefined && plan.kind !== 'linked')
        return { ...notAllowed, ...('user' in plan && { user: plan.user }) };
      if (answer?.kind === 'own-account' && isOfAnother(plan, answer.userId))
        return { kind: 'refused', fault: 'linked-to-another' };
      if (plan.kind === 'asks-account' || plan.kind === 'asks-fields') {
        const account = { connector: connector.displayName, name: mapped.username ?? subject };
        return { kind: 'asks', question: questionOf(plan, account) };
      }
      if (plan.kind === 'refused') {
        const { reason, user } = plan;
        report(connectorId, { reason });
        const fault = reason === 'link-suspended' ? reason : 'not-allowed';
        return { kind: 'refused', fault, ...(user && { user }) };
      }
      const user = await carriedOut(answer?.kind === 'own-account' ? answer.by : by, connector, upstream, plan);
      if (user === 'refused') return notAllowed;
      if (user === 'again') continue;
      const { level } = mapped;
      const link =
        plan.kind === 'linked'
          ? await moved(by, plan.link, otherBy === undefined ? undefined : { subject, subjectBy })
          : upstream;
      if (link === 'again') continue;
      const current = await bringUpToDate(by, connector, user, link, mapped);
      const { refreshToken } = identity;
      const before: Pick<IdentityLink, 'refreshToken' | 'refreshEndedAt'> = plan.kind === 'linked' ? plan.link : {};
      // Some providers give one at the first sign-in only.
      const kept = refreshToken ?? before.refreshToken;
      if (kept !== before.refreshToken || before.refreshEndedAt !== undefined) await refreshTokens.keep(link, kept);
      return { kind: 'admitted', user: current, ...(level !== undefined && { level }) };
    }
    report(connectorId, { reason: 'overtaken' });
    return notAllowed;
  };

  /** The link with this subject of the same person. `again`: somebody else was quicker. */
  async function moved(
    by: Actor,
    link: Stored<IdentityLink>,
    next: { readonly subject: string; readonly subjectBy: string | undefined } | undefined,
  ): Promise<Stored<IdentityLink> | 'again'> {
    if (!next || link.subject === next.subject) return link;
    const saved = await links.changeSubject(by, link, next.subject, next.subjectBy);
    return saved.ok ? saved.value : 'again';
  }

  /** The user whom the plan signs in. `again`: somebody else was quicker. */
  async function carriedOut(
    by: Actor,
    connector: RuledConnector,
    upstream: NewLink,
    plan: Exclude<SignInPlan, AskingPlan | { readonly kind: 'refused' }>,
  ): Promise<Stored<User> | 'refused' | 'again'> {
    switch (plan.kind) {
      case 'linked':
        return plan.user;
      case 'joins': {
        const linked = await links.add(by, plan.user.id, upstream, plan.user);
        if (linked.ok) return (await users.get(plan.user.id)) ?? 'again';
        if (linked.refusal.code === 'taken' || linked.refusal.code === 'changed') return 'again';
        report(connector.id, { reason: 'link-refused' });
        return 'refused';
      }
      case 'creates':
        return create(by, connector, upstream, plan.made);
    }
  }

  async function create(
    by: Actor,
    { id }: RuledConnector,
    link: NewLink,
    { username, otherName, fields: planned, access }: NewUserPlan,
  ): Promise<Stored<User> | 'refused' | 'again'> {
    for (const target of access?.unknown ?? []) report(id, { reason: 'mapped-target-unknown', details: { target } });
    if (access?.conflict) report(id, { reason: 'assignments-refused', details: { code: access.conflict.code } });
    const assignments = access?.assignments ?? [];
    const fields = { ...planned, link, assignments, confirmations: [{ connector: id, at: now() }] };
    let made = await users.create(by, { ...fields, username });
    // Somebody else got the name since the plan was made.
    if (needsOtherName(made) && username !== otherName)
      made = await users.create(by, { ...fields, username: otherName });
    if (!made.ok && made.refusal.code === 'forbidden' && assignments.length > 0) {
      report(id, { reason: 'assignments-refused', details: { code: made.refusal.problems[0]?.code ?? '' } });
      made = await users.create(by, { ...fields, assignments: [], username });
    }
    if (made.ok) return made.value;
    if (made.refusal.code === 'taken') return 'again';
    const code = made.refusal.problems[0]?.code ?? made.refusal.code;
    report(id, { reason: 'user-refused', details: { code } });
    return 'refused';
  }
}

/** Whether the subject is linked already, and to somebody else. Pure. */
const isOfAnother = (plan: SignInPlan, userId: string): boolean =>
  (plan.kind === 'linked' || plan.kind === 'refused') && plan.user !== undefined && plan.user.id !== userId;

function questionOf(plan: AskingPlan, upstream: UpstreamAccount): IdentityQuestion {
  switch (plan.kind) {
    case 'asks-account':
      return { kind: 'link', upstream, mayCreate: plan.mayCreate };
    case 'asks-fields':
      return { kind: 'complete', upstream, fields: plan.missing, wrong: plan.wrong };
  }
}
