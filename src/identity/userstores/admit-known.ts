import type { AdmitIdentity } from './admit-identity.js';

/** Admits the user who has the typed name in the userstore: for connectors without rules of their own. */
export const admitKnown: AdmitIdentity = async (_by, _connector, _identity, { known }) => {
  const user = await known?.user();
  return user ? { kind: 'admitted', user } : { kind: 'refused', fault: 'not-allowed' };
};
