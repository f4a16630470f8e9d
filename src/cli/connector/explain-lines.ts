import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { blocksAt } from '../../base/block.js';
import { now } from '../../base/clock.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import { accessChanges, accessOf, fieldChanges, mirrorChanges } from '../../federation/provisioning/sign-in-changes.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import { mappingStepText } from '../../sentences/explain-mapping.js';
import {
  type ExplainedSignIn,
  signInChangeTexts,
  signInResultTexts,
  signInRuleTexts,
} from '../../sentences/explain-sign-in.js';
import { sentence } from '../../sentences/sentence.js';
import { identityJson, identityLines, oneLine } from './test-lines.js';

export type Explained = ExplainedSignIn & {
  readonly connector: ConnectorView;
  readonly identity: UpstreamIdentity;
  readonly snapshot: Snapshot;
};

/** What the directory reports, each step of the mapping, and what would come of it. */
export function explainedLines(explained: Explained): string[] {
  const steps = explained.mapped.trace.map((step) => mappingStepText(step, 'en'));
  const rules = signInRuleTexts(explained, 'en');
  return [
    ...identityLines(explained.identity).slice(1),
    '',
    'The mapping:',
    ...(steps.length === 0 ? ['  no rules'] : steps.map((line) => `  ${oneLine(line)}`)),
    '',
    ...(rules.length === 0
      ? []
      : ['The rules about who may sign in:', ...rules.map((line) => `  ${oneLine(line)}`), '']),
    ...signInResultTexts(explained, 'en').map(oneLine),
    ...signInChangeTexts(explained, 'en').map((line) => `  ${oneLine(line)}`),
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
