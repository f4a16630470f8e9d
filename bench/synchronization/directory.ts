import { entry, GROUPS, PEOPLE, startSlapd, type Slapd } from '../../test/support/slapd.ts';

/** OpenLDAP with so many people, each in ten groups. */
export function startDirectory(people: number, groups: number): Promise<Slapd> {
  return startSlapd({ people, entries: Array.from({ length: groups }, (_, at) => group(at, people, groups)).join('') });
}

/** The rules of a mapping that mirror these groups, each for a hundred. */
export const mirrorRules = (groups: number): readonly object[] =>
  Array.from({ length: Math.ceil(groups / 100) }, (_, hundred) => ({
    prefix: `group-${hundred}-`,
    to: { mirror: true },
    for: Array.from({ length: 100 }, (_each, at) => nameOf(hundred * 100 + at)),
  }));

const nameOf = (at: number): string => `group-${Math.floor(at / 100)}-${at % 100}`;

const GROUPS_OF_PERSON = 10;

/** Its members follow one another, and each group begins where a tenth of the one before has passed. */
function group(at: number, people: number, groups: number): string {
  const size = Math.ceil((people * GROUPS_OF_PERSON) / groups);
  const first = Math.floor((people * at) / groups);
  const members = Array.from({ length: size }, (_, more) => `member: uid=p${(first + more) % people},${PEOPLE}`);
  return entry(`dn: cn=${nameOf(at)},${GROUPS}`, 'objectClass: groupOfNames', `cn: ${nameOf(at)}`, ...members);
}
