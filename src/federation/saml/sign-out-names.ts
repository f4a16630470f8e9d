import type { ReceivedAnswer } from '../contract/redirect-connector.js';
import type { VerifiedAssertion } from './reader/reader.js';

/** In characters. */
const LONGEST_NAME = 1000;

type SignOutNames = Pick<Extract<ReceivedAnswer, { readonly kind: 'received' }>, 'signOutName' | 'upstreamSession'>;

/** What names this sign-in in a message about a sign-out. A name that is too long to keep names none. */
export const signOutNames = ({
  nameId,
  sessionIndex,
}: Pick<VerifiedAssertion, 'nameId' | 'sessionIndex'>): SignOutNames => ({
  ...(sessionIndex !== undefined && { upstreamSession: sessionIndex }),
  ...(nameId && nameId.value.length <= LONGEST_NAME && { signOutName: nameId.value }),
});
