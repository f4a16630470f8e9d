import { isJudgedByClaim } from '../mapping/map-identity.js';
import { mappedClaims } from '../mapping/mapped-claims.js';
import type { Connector } from './connector.js';

/**
 * The claims that the mapping and the rules of a connector name, for a kind that has to ask for what it reads; also the one that vouches for
 * an address. Pure.
 */
export const claimsRead = ({ mapping, rules }: Pick<Connector, 'mapping' | 'rules'>): readonly string[] => [
  ...new Set([
    ...mappedClaims(mapping),
    ...(isJudgedByClaim(mapping) ? ['email_verified'] : []),
    ...(rules?.claims ?? []).map(({ claim }) => claim),
  ]),
];
