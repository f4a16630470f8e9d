import { foldTyped } from '../identifiers/normalize-identifier.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import type { PasswordConnector } from './password-connector.js';

/** The userstores to ask for a typed name, in order, and the name to use. */
export interface UserstoreRoute {
  /** Empty: the name asks for a userstore that is not offered. */
  readonly connectors: readonly PasswordConnector[];
  /** Undefined: the typed text cannot be a name. */
  readonly name: string | undefined;
}

/**
 * Routes by the typed text and settings alone, never by whether an account exists. `STORE/name` and a domain of a connector
 * choose one userstore; otherwise every offered userstore of the chain is asked.
 *
 * @param offered the names of the userstores that the client offers; absent: all
 */
export function userstoreRoute(
  chain: readonly PasswordConnector[],
  typed: string,
  offered?: readonly string[],
): UserstoreRoute {
  const text = trimTyped(typed);
  const slash = text.indexOf('/');
  const prefix = slash === -1 ? undefined : text.slice(0, slash).toLowerCase();
  const named = chain.find(({ id }) => id === prefix);
  const folded = foldTyped(named ? text.slice(slash + 1) : text);
  const name = folded.ok ? folded.value : undefined;
  const domain = named ? undefined : name?.split('@')[1];
  const owner = domain === undefined ? undefined : chain.find(({ domains = [] }) => domains.includes(domain));
  const chosen = named ?? owner;
  return { connectors: offeredIn(chosen ? [chosen] : chain, offered), name };
}

/** The connectors of this list that the client offers. Names that no connector has offer nothing. */
export const offeredIn = (
  connectors: readonly PasswordConnector[],
  offered: readonly string[] | undefined,
): readonly PasswordConnector[] => connectors.filter(({ id }) => offered?.includes(id) !== false);
