import { decodeJwt } from 'jose';
import type { Level } from '../../base/authentication-level.js';
import type { Client } from '../../realm/clients/client.js';
import { sectorOf } from '../../realm/clients/client-sector.js';
import type { Settings } from '../../realm/settings/settings.js';
import type { Requirements } from '../../sign-in/flow/requirements.js';
import { demandedSubjects, essentialAcr } from '../requests/claims-parameter.js';
import type { PairwiseSubjects } from '../issuance/pairwise-subjects.js';

/** The properties of a client that its requests' requirements depend on. */
interface RequirementContext {
  readonly native: boolean;
  /** The level that it demands of every sign-in. */
  readonly level?: Level;
  /** The userstores that it offers; absent: all. */
  readonly userstores?: readonly string[];
  /** Users with a second factor must use it, whatever else is demanded. */
  readonly alwaysSecondFactor: boolean;
  /** The user that it means by a `sub`; undefined: nobody. */
  userIdOf(subject: string): string | undefined;
}

export const askingOf = (
  client: Client,
  pairwise: Pick<PairwiseSubjects, 'userIdOf'>,
  { secondFactor }: Pick<Settings, 'secondFactor'>,
): RequirementContext => ({
  native: client.applicationType === 'native',
  ...(client.requiredLevel !== undefined && { level: client.requiredLevel }),
  ...(client.connectors && { userstores: client.connectors }),
  alwaysSecondFactor: secondFactor.ask === 'whoever-has-one',
  userIdOf: (subject) => (client.subjectType === 'public' ? subject : pairwise.userIdOf(subject, sectorOf(client))),
});

/** The parameters of an authorization request, as the library keeps them with an interaction. */
type Params = Readonly<Record<string, unknown>>;

/**
 * The requirements of an authorization request, read from its parameters. The checks on arrival, on the sign-in page and on resuming
 * therefore agree.
 */
export function requirementsOf(params: Params, client: RequirementContext): Requirements {
  const prompts = new Set(text(params['prompt'])?.split(' '));
  const maxAge = text(params['max_age']);
  const subjects = subjectsOf(params);
  return {
    login: prompts.has('login'),
    choose: prompts.has('select_account'),
    // RFC 8252 8.6: nobody can know which application is behind a native client's redirect, so the person is asked.
    consent: prompts.has('consent') || client.native,
    ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
    ...(subjects && { subjects: subjects.flatMap((subject) => client.userIdOf(subject) ?? []) }),
    ...(client.level !== undefined && { level: client.level }),
    ...(client.userstores && { userstores: client.userstores }),
    alwaysSecondFactor: client.alwaysSecondFactor,
    acrValues: [words(text(params['acr_values'])), essentialAcr(params['claims'])].filter(
      (values) => values !== undefined,
    ),
  };
}

/** The subjects that the claims parameter and the hint both allow, by the names that the client knows. Undefined: anybody. */
function subjectsOf(params: Params): readonly string[] | undefined {
  const demanded = demandedSubjects(params['claims']);
  const hinted = hintedSubject(text(params['id_token_hint']));
  if (hinted === undefined) return demanded;
  return demanded === undefined || demanded.includes(hinted) ? [hinted] : [];
}

/** The library verified the hint when the request arrived. Since then it was stored sealed. */
const hintedSubject = (hint: string | undefined): string | undefined =>
  hint === undefined ? undefined : decodeJwt(hint).sub;

/** The words of a list that is separated by spaces. Undefined if it has none. */
function words(list: string | undefined): readonly string[] | undefined {
  const found = list?.split(' ').filter((word) => word !== '');
  return found?.length ? found : undefined;
}

/** The library keeps a number as it came: as text, or, from a request object, as a number. */
const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
