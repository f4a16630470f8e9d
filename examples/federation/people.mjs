/** Who is in the directory of the example: ten people, two groups, and the account as which Gatehouse reads. */
import { randomBytes } from 'node:crypto';

export const SUFFIX = 'dc=corp,dc=example';
const PEOPLE = `ou=people,${SUFFIX}`;
const GROUPS = `ou=groups,${SUFFIX}`;
export const SERVICE = `cn=gatehouse,${SUFFIX}`;

const NAMES = [
  ...['Anna Arnold', 'Boris Baker', 'Carla Chen', 'Dirk Dale', 'Elisa Engel'],
  ...['Fritz Frank', 'Gina Grey', 'Hugo Hart', 'Ines Ibarra', 'Jonas Jung'],
];
const password = () => randomBytes(9).toString('base64url');

/** The people with new passwords. The first three sell, and everybody is in the group staff. */
export const makePeople = () =>
  NAMES.map((name, at) => {
    const [givenName, surname] = name.split(' ');
    const uid = givenName.toLowerCase();
    const groups = at < 3 ? ['sales', 'staff'] : ['staff'];
    return { uid, name, givenName, surname, groups, password: password(), mail: `${uid}@corp.example` };
  });

/** The whole directory in LDIF. */
export const directoryEntries = (people, servicePassword) =>
  [
    [`dn: ${SUFFIX}`, 'objectClass: dcObject', 'objectClass: organization', 'dc: corp', 'o: Example Corp'],
    ...['people', 'groups'].map((unit) => [
      ...[`dn: ou=${unit},${SUFFIX}`, 'objectClass: organizationalUnit', `ou: ${unit}`],
    ]),
    [
      ...[`dn: ${SERVICE}`, 'objectClass: applicationProcess', 'objectClass: simpleSecurityObject', 'cn: gatehouse'],
      `userPassword: ${servicePassword}`,
    ],
    ...people.map((one) => [
      ...[`dn: uid=${one.uid},${PEOPLE}`, 'objectClass: inetOrgPerson', `uid: ${one.uid}`, `cn: ${one.name}`],
      ...[`givenName: ${one.givenName}`, `sn: ${one.surname}`, `mail: ${one.mail}`, `userPassword: ${one.password}`],
    ]),
    ...['sales', 'staff'].map((group) => [
      ...[`dn: cn=${group},${GROUPS}`, 'objectClass: groupOfNames', `cn: ${group}`],
      ...people.filter(({ groups }) => groups.includes(group)).map(({ uid }) => `member: uid=${uid},${PEOPLE}`),
    ]),
  ]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
