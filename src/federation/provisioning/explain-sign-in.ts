import { type Block, isOfConnector } from '../../base/block.js';
import type { Actor } from '../../changes/actor.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import { mapIdentity, type MappedUser } from '../mapping/map-identity.js';
import type { AccessPlan } from './plan-access.js';
import { type JudgedIdentity, judgeRules, type JudgedRule } from './sign-in-rules.js';
import type { FieldPlan, RuledConnector, SignInPlan, SignInPlanner } from './plan-sign-in.js';

/** What a sign-in with an identity would do. */
export interface SignInExplanation {
  readonly mapped: MappedUser;
  /** The rules about who may sign in. */
  readonly rules: readonly JudgedRule[];
  readonly plan: SignInPlan;
  /** What changes at an existing user. */
  readonly update?: {
    readonly fields: FieldPlan;
    /** Undefined: groups were not reported. */
    readonly access: AccessPlan | undefined;
    /** The blocks that stay. The connector lifts its own. */
    readonly blocks: readonly Block[];
  };
}

/**
 * Computes what the sign-in of this identity would do, by the same plans, and writes nothing.
 *
 * @param age how old the sign-in at the upstream is, if there was one
 */
export async function explainSignIn(
  planner: SignInPlanner,
  connector: RuledConnector,
  identity: UpstreamIdentity,
  age: JudgedIdentity['age'] = 'not-judged',
): Promise<SignInExplanation> {
  const by: Actor = { kind: 'system', id: `connector:${connector.id}`, requestId: 'explain' };
  const mapped = mapIdentity(connector.mapping, identity);
  const { subject, subjectBy, otherSubject, otherBy, claims } = identity;
  const rules = judgeRules(connector, { mapped, claims, age });
  const broken = rules.find(({ isMet }) => isMet === false);
  if (broken) return { mapped, rules, plan: { kind: 'refused', reason: broken.rule } };
  const upstream = { connector: connector.id, issuer: '', subject };
  const plan = await planner.signIn(by, connector, upstream, mapped, { subjectBy, otherSubject, otherBy });
  if (plan.kind !== 'linked' && plan.kind !== 'joins') return { mapped, rules, plan };
  const { user } = plan;
  const [fields, access] = await Promise.all([
    planner.fields(connector, user, mapped),
    planner.access(by, connector, user, mapped),
  ]);
  const blocks = user.blocks.filter((block) => !isOfConnector(block, connector.id));
  return { mapped, rules, plan, update: { fields, access, blocks } };
}
