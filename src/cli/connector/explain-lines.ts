import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Assignment } from '../../base/assignment.js';
import { blocksAt } from '../../base/block.js';
import { now } from '../../base/clock.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import type { SignInExplanation } from '../../federation/provisioning/explain-sign-in.js';
import type { JudgedRule } from '../../federation/provisioning/sign-in-rules.js';
import type { AccessPlan } from '../../federation/provisioning/plan-access.js';
import type { PlanRefusal } from '../../federation/provisioning/plan-sign-in.js';
import type { Attribute } from '../../identity/users/profile.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import { mappingStepText } from '../../sentences/explain-mapping.js';
import { sentence } from '../../sentences/sentence.js';
import { describeBlock } from '../user/blocks.js';
import { identityJson, identityLines, oneLine, shortened } from './test-lines.js';

export type Explained = SignInExplanation & {
  readonly connector: ConnectorView;
  readonly identity: UpstreamIdentity;
  /** Why the directory refuses the user. */
  readonly bar?: string;
  readonly snapshot: Snapshot;
};

/** What the directory reports, each step of the mapping, and what would come of it. */
export function explainedLines(explained: Explained): string[] {
  const steps = explained.mapped.trace.map((step) => mappingStepText(step, 'en'));
  return [
    ...identityLines(explained.identity).slice(1),
    '',
    'The mapping:',
    ...(steps.length === 0 ? ['  no rules'] : steps.map((line) => `  ${oneLine(line)}`)),
    '',
    ...ruleLines(explained),
    ...resultLines(explained).map(oneLine),
    ...changesOf(explained).map((line) => `  ${oneLine(line)}`),
    'Nothing was changed.',
  ];
}

/** The same as JSON. Changes are lists, since names of claims and attributes come from outside. */
export function explainedJson(explained: Explained): object {
  const { connector, identity, bar, mapped, rules, plan, update } = explained;
  return {
    connector: connector.id,
    enabled: connector.enabled,
    identity: identityJson(identity),
    ...(bar !== undefined && { refusedThere: bar }),
    steps: mapped.trace.map(({ why, ...step }) => ({ ...step, ...(why && { why: sentence(why, 'en') }) })),
    rules,
    result: plan.kind,
    ...('reason' in plan && { reason: plan.reason }),
    ...('because' in plan && { because: plan.because }),
    ...(plan.kind === 'asks-account' && { mayCreate: plan.mayCreate }),
    ...(plan.kind === 'asks-fields' && { missing: plan.missing }),
    ...('user' in plan && { user: { id: plan.user.id, username: plan.user.username } }),
    ...(update && { blocks: blocksAt(update, now()) }),
    fields: fieldChanges(explained),
    access: accessChanges(explained),
    mirrors: mirrorChanges(explained),
    unknown: accessOf(explained)?.unknown ?? [],
  };
}

/** Who may sign in, and whether this user may. */
const ruleLines = ({ rules }: Explained): string[] =>
  rules.length === 0
    ? []
    : ['The rules about who may sign in:', ...rules.map((judged) => `  ${oneLine(ruleLine(judged))}`), ''];

function ruleLine(judged: JudgedRule): string {
  const outcome = judged.isMet === undefined ? 'judged at the sign-in' : judged.isMet ? 'fulfilled' : 'not fulfilled';
  switch (judged.rule) {
    case 'rule-domains':
      return `A verified address of ${judged.domains.join(' or ')}: ${outcome}`;
    case 'rule-claims':
      return `The claim ${judged.claim} is ${shortened(judged.values.join(' or '))}: ${outcome}`;
    case 'rule-max-age':
      return `A sign-in there within ${judged.seconds} seconds: ${outcome}`;
  }
}

function resultLines(explained: Explained): string[] {
  const { connector, bar, plan, update } = explained;
  const blocks = update ? blocksAt(update, now()) : [];
  return [
    ...(connector.enabled ? [] : [`Connector ${connector.id} is disabled: nobody signs in through it.`]),
    ...(bar === undefined ? [] : [`The directory refuses this user: ${bar}.`]),
    ...(blocks.length === 0 ? [] : [`The sign-in would be refused: ${blocks.map(describeBlock).join('; ')}.`]),
    resultLine(explained, plan),
  ];
}

function resultLine({ connector }: Explained, plan: SignInExplanation['plan']): string {
  switch (plan.kind) {
    case 'linked':
      return `The user would be ${plan.user.username} (${plan.user.id}), who is linked to this subject.`;
    case 'joins': {
      const why = {
        'made-before': `an account in ${connector.id} that nobody is linked to`,
        'verified-email': 'with the same verified e-mail address, for whose domain the connector is trusted',
        proved: 'who has proved to be the same person',
      }[plan.because];
      return `The user would be ${plan.user.username} (${plan.user.id}), ${why}. It would be linked to this subject.`;
    }
    case 'creates':
      return `A new user ${plan.made.username} would be created in ${connector.id}, with:`;
    case 'asks-account':
      return plan.mayCreate
        ? 'The person would be asked for an existing account, which would be linked to this subject, or get a new one.'
        : 'The person would be asked for an existing account, which would be linked to this subject.';
    case 'asks-fields':
      return `The person would be asked for ${plan.missing.join(', ')}. Then a new user ${plan.made.username} would be created in ${connector.id}, with:`;
    case 'refused':
      return `The sign-in would be refused: ${whyRefused(connector, plan.reason)}.`;
  }
}

function whyRefused({ provisioning }: Explained['connector'], reason: PlanRefusal): string {
  switch (reason) {
    case 'subject-form':
      return 'the id of the user is empty or too long';
    case 'not-provisioned':
      return `nobody is linked to this subject, and provisioning.mode is ${provisioning.mode}`;
    case 'cannot-be-joined':
      return 'the account is disabled, or linked to another subject';
    case 'required-decides':
      return 'provisioning.require asks for a field that the rule of a segment reads';
    case 'rule-domains':
    case 'rule-claims':
    case 'rule-max-age':
      return 'a rule of the connector does not admit the user';
    case 'link-suspended':
      return 'the link is suspended until a synchronization finds the account again';
  }
}

function changesOf(explained: Explained): string[] {
  const { plan, update } = explained;
  if (plan.kind === 'refused' || plan.kind === 'asks-account') return [];
  const nameFault = 'made' in plan ? plan.made.nameFault : update?.fields.nameFault;
  const access = accessOf(explained);
  const lines = [
    ...fieldChanges(explained).map(({ field, before, after }) =>
      before === undefined ? `${field}: ${shortened(after)}` : `${field}: ${shortened(before)} -> ${shortened(after)}`,
    ),
    ...(nameFault ? [`the mapped username is not taken over: ${sentence(nameFault, 'en')}`] : []),
    ...mirrorChanges(explained).map(({ name, change, from }) =>
      change === 'created'
        ? `group ${name}: created as a mirror of ${JSON.stringify(shortened(from))}, and added`
        : `group ${from}: renamed to ${name}, as in the directory`,
    ),
    ...leftOutLines(access),
    ...accessChanges(explained).map(({ kind, name, change }) => `${kind} ${name}: ${change}`),
    ...(access?.conflict ? [`nothing is added: ${sentence(access.conflict, 'en')}`] : []),
    ...(access?.unknown ?? []).map((target) => `${target}: does not exist, so it is left out`),
    ...(access ? [] : ['groups were not reported, so roles and groups stay as they are']),
  ];
  return lines.length === 0 ? ['no changes'] : lines;
}

const accessOf = ({ plan, update }: Explained): AccessPlan | undefined =>
  'made' in plan ? plan.made.access : update?.access;

interface FieldChange {
  readonly field: string;
  readonly before?: string;
  readonly after: string;
}

function fieldChanges({ plan, update }: Explained): readonly FieldChange[] {
  if ('made' in plan) return [...flat(plan.made.fields)].map(([field, after]) => ({ field, after }));
  const patch = update?.fields.patch;
  if (!('user' in plan) || !patch) return [];
  const before = flat(plan.user);
  return [...flat(patch)].map(([field, after]) => {
    const value = before.get(field);
    return { field, ...(value !== undefined && { before: value }), after };
  });
}

/** The fields that a mapping sets, as text. */
function flat(user: {
  readonly username?: string;
  readonly email?: string | null;
  readonly emailVerified?: boolean;
  readonly profile?: object;
  readonly attributes?: readonly Attribute[];
}): ReadonlyMap<string, string> {
  const { username, email, emailVerified, profile = {}, attributes } = user;
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return new Map([
    ...(username === undefined ? [] : ([['username', username]] as const)),
    ...(typeof email !== 'string' ? [] : ([['email', email]] as const)),
    ...(emailVerified === undefined ? [] : ([['emailVerified', String(emailVerified)]] as const)),
    ...Object.entries(profile).map(([name, value]) => [`profile.${name}`, text(value)] as const),
    ...(attributes === undefined || attributes.length === 0
      ? []
      : ([['attributes', attributes.map(({ name, value }) => `${name}=${value}`).join(', ')]] as const)),
  ]);
}

interface MirrorChange {
  readonly name: string;
  readonly change: 'created' | 'renamed';
  /** The name there, or the name before. */
  readonly from: string;
}

function mirrorChanges(explained: Explained): readonly MirrorChange[] {
  const { creations = [], renamings = [] } = accessOf(explained)?.mirrors ?? {};
  return [
    ...creations.map(({ name, upstreamName: from }): MirrorChange => ({ name, change: 'created', from })),
    ...renamings.map(({ name, group }): MirrorChange => ({ name, change: 'renamed', from: group.name })),
  ];
}

function leftOutLines(access: AccessPlan | undefined): readonly string[] {
  const { tooMany = 0, nameTaken = 0 } = access?.mirrors.leftOut ?? {};
  return [
    ...(tooMany > 0 ? [`groups that are not mirrored yet, since there are too many: ${tooMany}`] : []),
    ...(nameTaken > 0 ? [`groups that are not mirrored, since their names are taken: ${nameTaken}`] : []),
  ];
}

interface AccessChange {
  readonly kind: 'role' | 'group';
  readonly name: string;
  readonly change: 'added' | 'removed';
}

function accessChanges(explained: Explained): readonly AccessChange[] {
  const { plan, snapshot } = explained;
  const access = accessOf(explained);
  if (!access) return [];
  const before: readonly Assignment[] = 'user' in plan ? plan.user.assignments : [];
  const without = (all: readonly Assignment[], others: readonly Assignment[]): readonly Assignment[] =>
    all.filter(({ id }) => !others.some((other) => other.id === id));
  const shown =
    (change: AccessChange['change']) =>
    ({ kind, target }: Assignment): AccessChange =>
      kind === 'role'
        ? { kind, name: snapshot.roles.get(target)?.name ?? target, change }
        : { kind: 'group', name: snapshot.groups.get(target)?.name ?? target, change };
  return [
    ...without(access.assignments, before).map(shown('added')),
    ...without(before, access.assignments).map(shown('removed')),
  ];
}
