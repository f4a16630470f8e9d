import type { RoleHeld, HolderOfBoth } from '../../access/separation-of-duties/role-exclusion-problems.js';
import type { Sentences } from '../sentences.js';

export const accessSentences = {
  'role-name-twice': ({ role, other }) => `Die Rolle ${role} hat den Namen ${other} zweimal.`,
  'role-alias-taken': ({ alias, role }) => `${alias} ist schon der Name oder ein anderer Name der Rolle ${role}.`,
  'role-name-is-alias': ({ name, role }) => `${name} ist ein anderer Name der Rolle ${role}.`,
  'role-unknown-role': ({ role, other }) => `Die Rolle ${role} nennt die Rolle ${other}, die es nicht gibt.`,
  'role-excludes-itself': ({ role }) => `Die Rolle ${role} schließt sich selbst aus.`,
  'role-excludes-everyone': ({ role }) => `Alle haben die Rolle everyone, also könnte niemand ${role} daneben haben.`,
  'everyone-excludes': () => 'Alle haben die Rolle everyone, also schließt sie keine andere aus.',
  'role-circle': ({ names }) => `Rollen würden einander im Kreis einschließen: ${names.join(' > ')}.`,
  'role-brings-excluded': ({ role, other }) =>
    `Die Rolle ${role} würde die Rolle ${other} einschließen, die sie ausschließt.`,
  'role-brings-both': ({ role, both: [one, other] }) =>
    `Die Rolle ${role} würde ${one} und ${other} einschließen, und diese schließen einander aus.`,
  'role-unknown-resource-server': ({ role, resourceServer }) =>
    `Die Rolle ${role} nennt den Resource-Server ${resourceServer}, den es nicht gibt.`,
  'role-name-fixed': ({ role }) => `Die Rolle ${role} behält ihren Namen.`,
  'role-built-in': ({ role }) => `Die Rolle ${role} gehört zu jedem Realm.`,
  'role-audience-form': () =>
    'Eine Rolle gilt für einen client oder einen resourceServer, oder, ohne audience, überall.',
  'administrator-policies': () =>
    'Die Rolle administrator ist * bei urn:gatehouse:api und sonst nichts. Legen Sie für andere Regeln eine eigene Rolle an.',
  'last-administrator': () =>
    'Danach gäbe es niemanden mehr, der sich anmelden kann und die Rolle administrator hat. Geben Sie sie zuerst jemand anderem.',
  'administrator-way-in': () =>
    'Danach könnte sich niemand mit der Rolle administrator mehr anmelden, während ein Verzeichnis ausfällt. Behalten Sie jemanden in primary, mit Passwort und ohne Sperre. Eine erzwungene Domain muss diesen Benutzernamen in except nennen.',
  'moment-form': () =>
    'Ein Zeitpunkt steht mit seiner Zeitzone, etwa 2027-01-31T18:00:00+01:00 oder 2027-01-31T17:00:00Z.',
  'ends-before-it-begins': () => 'Das Ende liegt vor dem Anfang.',
  'given-ends-first': () => 'Die Zuweisung endet, bevor sie beginnt.',
  'given-name-length': () => 'Ein Name hat 1 bis 255 Zeichen.',
  'role-unknown': ({ id }) => `Die Rolle ${id} gibt es nicht.`,
  'role-of-everybody': ({ role }) => `Alle haben die Rolle ${role}. Sie wird niemandem zugewiesen.`,
  'resource-server-unknown': ({ identifier }) => `Den Resource-Server ${identifier} gibt es nicht.`,
  'permission-undeclared': ({ resourceServer, permission }) =>
    `${resourceServer} kennt keine Berechtigung ${permission} und keine darunter.`,
  'group-is-segment': ({ name }) =>
    `${name} ist ein Segment. Seine Regel sagt, wer dazugehört; zugewiesen wird es nicht.`,
  'group-is-customer-group': ({ name }) =>
    `${name} ist eine Kundengruppe. Eine Person ist in höchstens einer, über customerGroup.`,
  'group-is-no-customer-group': ({ name }) => `${name} ist keine Kundengruppe.`,
  'other-customer-group': ({ source: { kind, id } }) =>
    `Eine Person ist immer nur in einer Kundengruppe, und ${kind === 'file' ? 'die Realm-Datei' : 'der Connector'} ${id} hat eine andere ` +
    'festgelegt. Ändern Sie es dort.',
  'roles-exclude-each-other': ({ held: [one, other], holder }) =>
    `Niemand darf ${how(one)} und ${how(other)} zugleich haben: Die beiden Rollen schließen einander aus.` +
    (holder ? ` Nach dieser Änderung hätte beide: ${who(holder)}.` : ''),
  'too-many-to-check': ({ roles: [one, other], most }) =>
    `Die Rollen ${one} und ${other} schließen einander aus, und um sicher zu sein, dass niemand beide hat, müssten mehr als ${most} Personen ` +
    'geprüft werden. Gehen Sie in Teilen vor: Geben Sie die Rolle kleineren Gruppen, einer nach der anderen.',
} as const satisfies Partial<Sentences>;

const how = ({ role, within, throughGroup }: RoleHeld): string =>
  role +
  (within === undefined ? '' : ` in der Rolle ${within}`) +
  (throughGroup === undefined ? '' : ` durch die Gruppe ${throughGroup}`);

function who(holder: HolderOfBoth): string {
  switch (holder.kind) {
    case 'members':
      return `wer in der Gruppe ${holder.group} ist`;
    case 'client':
      return `die Anwendung ${holder.id}`;
    case 'user':
      return `${holder.username}${holder.more === 0 ? '' : ` und mindestens ${holder.more} weitere Personen`}`;
  }
}
