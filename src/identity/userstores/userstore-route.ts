import { foldTyped } from '../identifiers/normalize-identifier.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import type { PasswordConnector } from './password-connector.js';

/** The userstores to ask for a typed name, in order, and the name to use. */
export interface UserstoreRoute {
  readonly connectors: readonly PasswordConnector[];
  /** Undefined: the typed text cannot be a name. */
  readonly name: string | undefined;
}

/**
 * Routes by the typed text and settings alone, never by whether an account exists. `STORE/name` and a domain of a connector
 * choose one userstore; otherwise the whole chain is asked.
 */
export function userstoreRoute(chain: readonly PasswordConnector[], typed: string): UserstoreRoute {
  const text = trimTyped(typed);
  const slash = text.indexOf('/');
  const prefix = slash === -1 ? undefined : text.slice(0, slash).toLowerCase();
  const named = chain.find(({ id }) => id === prefix);
  const folded = foldTyped(named ? text.slice(slash + 1) : text);
  const name = folded.ok ? folded.value : undefined;
  if (named) return { connectors: [named], name };
  const domain = name?.split('@')[1];
  const owner = domain === undefined ? undefined : chain.find(({ domains = [] }) => domains.includes(domain));
  return { connectors: owner ? [owner] : chain, name };
}
