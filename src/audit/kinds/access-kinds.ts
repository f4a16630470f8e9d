import { change, type RecordKind } from './record-kind.js';

const group = { subjectKind: 'group', subjectId: 'staff' } as const;
const role = { subjectKind: 'role', subjectId: 'seller' } as const;
const manager = {
  id: 'a2',
  kind: 'role',
  target: 'manager',
  grantedBy: 'user:ada',
  grantedAt: 1_796_000_000_000,
  limitations: [],
};

/** About groups and roles. */
export const ACCESS_KINDS = {
  'group.created': change('A group, segment or customer group was created.', {
    ...group,
    subject: { after: { type: 'group', name: 'Staff', assignments: [] } },
  }),
  'group.changed': change('Fields of a group were changed, such as the rule of a segment.', {
    ...group,
    subject: { before: { name: 'Staff' }, after: { name: 'Employees' } },
  }),
  'group.assignments-replaced': change('Assignments of a group were added, changed or removed.', {
    ...group,
    subject: { before: { assignments: [] }, after: { assignments: [manager] } },
  }),
  'group.removed': change('A group was removed.', { ...group, subject: { before: { name: 'Staff' } } }),
  'role.created': change('A role was created.', { ...role, subject: { after: { name: 'seller', policies: [] } } }),
  'role.changed': change('A role was changed: its name, policies, included or excluded roles, or required level.', {
    ...role,
    subject: { before: { requiredLevel: 'password' }, after: { requiredLevel: 'two-factor' } },
  }),
  'role.removed': change('A role was removed.', { ...role, subject: { before: { name: 'seller' } } }),
} as const satisfies Record<string, RecordKind>;
