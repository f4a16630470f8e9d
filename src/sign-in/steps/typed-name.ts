import { z } from 'zod';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { Facts, KnownUser } from '../flow/facts.js';
import { rightPerson } from '../flow/next-step.js';
import type { Requirements } from '../flow/requirements.js';
import type { SignInRequest } from '../sign-in-request.js';

/** A name as a form brings it. An e-mail address has at most 320 characters. */
export const typedName = z.string().max(320).default('');

/** Where names are asked for first: the typed name, or that of the user who signs in again. Undefined: it is still to be asked for. */
export function nameBefore({ interaction }: SignInRequest): string | undefined {
  const { identifier, facts, requirements } = interaction;
  if (identifier !== undefined) return identifier;
  return facts.user && !isForAnother(facts, requirements) ? qualifiedName(facts.user) : undefined;
}

/** Whether the application asks for another account than the signed-in one, or for a certain one while nobody is signed in. */
export const isForAnother = (
  { user, shownHere, shownBefore }: Pick<Facts, 'user' | 'shownHere' | 'shownBefore'>,
  requirements: Requirements,
): boolean =>
  user ? !rightPerson(user, requirements, [...shownBefore, ...shownHere]) : requirements.subjects !== undefined;

/** Leads to the userstore of the user, whatever the chain is. */
const qualifiedName = ({ userstore, username }: KnownUser): string =>
  userstore === PRIMARY_STORE ? username : `${userstore}/${username}`;
