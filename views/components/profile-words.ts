import type { Texts } from '../locales/en.js';
import type { PROFILE_FIELDS } from './profile-fields.js';

type Words = Texts['account']['profile'];
type Kind = (typeof PROFILE_FIELDS)[number]['fields'][number]['kind'];

/** The hint below a profile field of this format. */
export const hintOf = (kind: Kind, { hints }: Words): string | undefined =>
  kind === 'line' || kind === 'lines' ? undefined : hints[kind];

/** What is wrong with a value of this format. */
export const faultOf = (kind: Kind, most: number, { faults }: Words): string =>
  kind === 'line' || kind === 'lines' ? faults[kind](most) : faults[kind];
