import type { ConnectorTestProps } from '#views/connector-test.js';
import type { Surroundings } from '#views/layout.js';
import type { Locale } from '../../base/locale.js';
import { shortened } from '../../base/text/shortened.js';
import type { ConnectorEvent } from '../../federation/contract/connector-kind.js';
import type { TestOutcome, TestReport } from '../../federation/test-sign-in/test-report.js';
import { mappingStepText } from '../../sentences/explain-mapping.js';
import { signInChangeTexts, signInResultTexts, signInRuleTexts } from '../../sentences/explain-sign-in.js';
import { providerReasonText } from '../../sentences/provider-reasons.js';
import { testCommand } from './test-address.js';

/** What the page shows of a report, in its language. Pure but for the time at which blocks are judged. */
export function shownTest(
  { connector, steps, events, outcome }: TestReport,
  locale: Locale,
): Omit<ConnectorTestProps, keyof Surroundings> {
  return {
    connector: connector.displayName,
    command: testCommand(connector.id),
    steps: steps.map(({ step, outcome: how, reason, details = [] }) => ({
      ...{ step, outcome: how, details: details.map(shortened) },
      ...(reason !== undefined && { reason }),
    })),
    reported: events.map(eventLine),
    ...(outcome.kind === 'told' ? shownPerson(connector, outcome, locale) : { failure: failureOf(outcome, locale) }),
  };
}

type Told = Extract<TestOutcome, { readonly kind: 'told' }>;

function shownPerson(
  connector: TestReport['connector'],
  { identity, authenticatedAt, explanation, snapshot }: Told,
  locale: Locale,
): Pick<ConnectorTestProps, 'told' | 'would'> {
  const { subject, claims, groups, level } = identity;
  const explained = { ...explanation, connector, snapshot };
  return {
    told: {
      subject,
      claims: [...claims].map(([name, values]) => ({ name: shortened(name), values: values.map(shortened) })),
      ...(groups && { groups: groups.map(({ name }) => shortened(name)) }),
      ...(level !== undefined && { level }),
      ...(authenticatedAt !== undefined && { signedInAt: authenticatedAt }),
      mapping: explanation.mapped.trace.map((step) => mappingStepText(step, locale)),
    },
    would: {
      rules: signInRuleTexts(explained, locale),
      results: signInResultTexts(explained, locale),
      changes: signInChangeTexts(explained, locale),
    },
  };
}

function failureOf(outcome: Exclude<TestOutcome, Told>, locale: Locale): NonNullable<ConnectorTestProps['failure']> {
  const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
  const text = providerReasonText(reason, locale);
  return { reason, ...(text !== undefined && { text }) };
}

const eventLine = ({ reason, details = {} }: ConnectorEvent): string =>
  shortened([reason, ...Object.entries(details).map(([name, value]) => `${name}=${value}`)].join(' '));
