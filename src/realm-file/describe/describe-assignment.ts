import type { AssignmentShown } from '../plan/operation.js';

/** `role seller (until 2030-01-01T00:00:00.000Z, limited by time)`. */
export function assignmentSentence({
  kind,
  name,
  resourceServer,
  validFrom,
  validUntil,
  limitations = [],
}: AssignmentShown): string {
  const terms = [
    ...(validFrom === undefined ? [] : [`from ${new Date(validFrom).toISOString()}`]),
    ...(validUntil === undefined ? [] : [`until ${new Date(validUntil).toISOString()}`]),
    ...(limitations.length === 0 ? [] : [`limited by ${limitations.join(', ')}`]),
  ];
  const at = resourceServer === undefined ? '' : ` at ${resourceServer}`;
  return `${KINDS[kind]} ${name}${at}${terms.length === 0 ? '' : ` (${terms.join(', ')})`}`;
}

const KINDS = {
  role: 'role',
  permission: 'permission',
  membership: 'group',
  'customer-group': 'customer group',
} as const;
