import { shortened } from '../../base/text/shortened.js';
import type { TestStep } from '../../federation/contract/connector-condition.js';
import type { ConnectorEvent } from '../../federation/contract/connector-kind.js';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import { columns } from '../output/table.js';

/** One line for each step, and below them what the connector reported and the sample user. */
export function testLines(steps: readonly TestStep[], events: readonly ConnectorEvent[]): string[] {
  const rows = steps.map(({ step, outcome, at = '', reason, details = [] }) => [
    outcome,
    step,
    at,
    oneLine([...(reason === undefined ? [] : [reason]), ...details].join('; ')),
  ]);
  return [
    ...columns(rows.map((cells) => cells.map(oneLine))),
    ...events.map(({ reason, details = {} }) =>
      oneLine(['reported', reason, ...Object.entries(details).map(([name, value]) => `${name}=${value}`)].join(' ')),
    ),
    ...steps.flatMap(({ identity }) => (identity ? identityLines(identity) : [])),
  ];
}

/** The same as JSON. Claims are a list, since their names come from outside. */
export const testJson = (steps: readonly TestStep[], events: readonly ConnectorEvent[]): object => ({
  steps: steps.map(({ identity, ...step }) => ({
    ...step,
    ...(identity && { identity: identityJson(identity) }),
  })),
  events,
});

export const identityJson = ({ claims, ...identity }: UpstreamIdentity): object => ({
  ...identity,
  claims: [...claims].map(([name, values]) => ({ name, values })),
});

/** The user as a connector reports them. */
export function identityLines({ subject, claims, groups, level, methods }: UpstreamIdentity): string[] {
  const rows = [
    ['subject:', subject],
    ...[...claims].map(([name, values]) => [`${name}:`, values.map(shortened).join(', ')]),
    ['groups:', groups ? groups.map(({ name, dn = name }) => shortened(dn)).join(', ') || 'none' : 'not reported'],
    ...(level === undefined ? [] : [['level:', level]]),
    ...(methods ? [['methods:', methods.map(shortened).join(', ') || 'none']] : []),
  ];
  return ['', 'The user as a sign-in sees them:', ...columns(rows.map((cells) => cells.map(oneLine)))];
}

/** A value of the directory must not look like a line of ours. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
