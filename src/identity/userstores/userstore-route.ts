import { trimTyped } from '../../base/text/normalize-typed.js';
import { downLevelName, foldTyped } from '../identifiers/normalize-identifier.js';
import { isExcepted } from './enforced-elsewhere.js';
import type { PasswordConnector } from './password-connector.js';

/** What decides besides the typed text. */
export interface RouteSettings {
  /** The userstores in order. */
  readonly chain: readonly PasswordConnector[];
  /** The names of the userstores that the client offers; absent: all. */
  readonly offered?: readonly string[] | undefined;
  /** The userstore that the request asks for (`idp_hint`). One that is not offered, or not in the chain, counts as absent. */
  readonly hint?: string | undefined;
}

/** The userstores to ask for a typed name, in order, and the name to use. */
export interface UserstoreRoute {
  /** Empty: the name asks for a userstore that is not offered, or that the page does not ask. */
  readonly connectors: readonly PasswordConnector[];
  /** Undefined: the typed text cannot be a name. */
  readonly name: string | undefined;
  /** The rule that decided. */
  readonly by: 'hint' | 'only' | 'prefix' | 'domain' | 'chain';
}

/**
 * Routes by the typed text and settings alone, never by whether an account exists. The first rule that fits decides:
 *
 * 1. the hint of the request, unless the address is of a domain that another connector enforces
 * 2. the only userstore that the client offers
 * 3. `STORE/name`
 * 4. an e-mail domain of a connector
 * 5. the chain of all offered userstores
 *
 * A prefix or domain that contradicts the first two rules is refused: the password was meant for another userstore. Only a domain
 * that nobody enforces goes to the hinted userstore, where the address may be a name.
 */
export function userstoreRoute(settings: RouteSettings, typed: string): UserstoreRoute {
  const { chain, offered } = settings;
  const text = trimTyped(typed);
  const slash = text.indexOf('/');
  const prefix = slash === -1 ? undefined : text.slice(0, slash).toLowerCase();
  const named = chain.find(({ id }) => id === prefix);
  const rest = named ? text.slice(slash + 1) : text;
  const folded = foldTyped(rest);
  const name = folded.ok ? folded.value : downLevelName(rest);
  const owner = named ? undefined : ownerOf(chain, name);
  const asked = askedAlone(settings);
  if (asked) {
    if (named) return { connectors: named === asked.connector ? [named] : [], name, by: 'prefix' };
    const goesElsewhere = owner && owner !== asked.connector && (asked.by === 'only' || enforces(owner, name));
    if (!goesElsewhere) return { connectors: [asked.connector], name, by: asked.by };
  }
  if (named) return { connectors: offeredIn([named], offered), name, by: 'prefix' };
  if (owner) return { connectors: offeredIn([owner], offered), name, by: 'domain' };
  return { connectors: offeredIn(chain, offered), name, by: 'chain' };
}

/** The one userstore that the sign-in form asks, whatever is typed; undefined: several. Pure. */
export function askedAlone({ chain, offered, hint }: RouteSettings):
  | {
      readonly connector: PasswordConnector;
      readonly by: 'hint' | 'only';
    }
  | undefined {
  const connectors = offeredIn(chain, offered);
  const [first] = connectors;
  if (first && connectors.length === 1) return { connector: first, by: 'only' };
  const hinted = connectors.find(({ id }) => id === hint);
  return hinted && { connector: hinted, by: 'hint' };
}

/** The connectors of this list that the client offers. Names that no connector has offer nothing. */
export const offeredIn = (
  connectors: readonly PasswordConnector[],
  offered: readonly string[] | undefined,
): readonly PasswordConnector[] => connectors.filter(({ id }) => offered?.includes(id) !== false);

/** The connector that has the domain of an address. */
function ownerOf(chain: readonly PasswordConnector[], name: string | undefined): PasswordConnector | undefined {
  const domain = name?.split('@')[1];
  return domain === undefined ? undefined : chain.find(({ domains = [] }) => domains.includes(domain));
}

/** Whether the typed address may sign in by this connector alone. */
const enforces = ({ enforces: enforced = [] }: PasswordConnector, name: string | undefined): boolean =>
  enforced.some((domain) => domain.name === name?.split('@')[1] && !isExcepted(domain, name));
