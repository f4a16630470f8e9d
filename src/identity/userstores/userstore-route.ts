import { trimTyped } from '../../base/text/normalize-typed.js';
import { downLevelName, foldTyped } from '../identifiers/normalize-identifier.js';
import { isExcepted } from './enforced-elsewhere.js';
import type { PasswordConnector } from './password-connector.js';
import type { RedirectDomains } from './redirect-domains.js';

/** What decides besides the typed text. */
export interface RouteSettings {
  /** The userstores in order. */
  readonly chain: readonly PasswordConnector[];
  /** The connectors to other identity providers. Absent: none. */
  readonly redirects?: readonly RedirectDomains[];
  /** The names of the connectors that the client offers; absent: all. */
  readonly offered?: readonly string[] | undefined;
  /** The userstore that the request asks for (`idp_hint`). One that is not offered, or not in the chain, counts as absent. */
  readonly hint?: string | undefined;
}

/** Where a typed name leads: to userstores, which are asked in order, or to the pages of another identity provider. */
export interface UserstoreRoute {
  /** Empty: the name leads elsewhere, or asks for a connector that is not offered, or that the page does not ask. */
  readonly connectors: readonly PasswordConnector[];
  /** The connector to the other identity provider. */
  readonly redirect?: string;
  /** The name to use, without a prefix. Undefined: the typed text cannot be a name. */
  readonly name: string | undefined;
  /** The rule that decided. */
  readonly by: 'hint' | 'only' | 'prefix' | 'domain' | 'chain';
}

/**
 * Routes by the typed text and settings alone, never by whether an account exists. The first rule that fits decides:
 *
 * 1. the hint of the request, unless the address is of a domain that another connector enforces
 * 2. the only userstore that the client offers
 * 3. `CONNECTOR/name`
 * 4. an e-mail domain of a connector
 * 5. the chain of all offered userstores
 *
 * A prefix or domain of another userstore that contradicts the first two rules is refused: the password was meant for another one. Only a
 * domain that nobody enforces goes to the hinted userstore, where the address may be a name. To another identity provider no password goes.
 */
export function userstoreRoute(settings: RouteSettings, typed: string): UserstoreRoute {
  const { chain, redirects = [], offered } = settings;
  const text = trimTyped(typed);
  const slash = text.indexOf('/');
  const prefix = slash === -1 ? undefined : text.slice(0, slash).toLowerCase();
  const named = chain.find(({ id }) => id === prefix);
  const namedRedirect = redirects.find(({ id }) => id === prefix);
  const rest = named || namedRedirect ? text.slice(slash + 1) : text;
  const folded = foldTyped(rest);
  const name = folded.ok ? folded.value : downLevelName(rest);
  if (namedRedirect) return elsewhere(namedRedirect, offered, name, 'prefix');
  const owner = named ? undefined : ownerOf(chain, name);
  const redirectOwner = named ? undefined : ownerOf(redirects, name);
  const asked = askedAlone(settings);
  if (asked) {
    if (named) return { connectors: named === asked.connector ? [named] : [], name, by: 'prefix' };
    const other = owner ?? redirectOwner;
    const goesElsewhere = other && other.id !== asked.connector.id && (asked.by === 'only' || enforces(other, name));
    if (!goesElsewhere) return { connectors: [asked.connector], name, by: asked.by };
  }
  if (named) return { connectors: offeredIn([named], offered), name, by: 'prefix' };
  if (owner) return { connectors: offeredIn([owner], offered), name, by: 'domain' };
  if (redirectOwner) return elsewhere(redirectOwner, offered, name, 'domain');
  return { connectors: offeredIn(chain, offered), name, by: 'chain' };
}

function elsewhere(
  redirect: RedirectDomains,
  offered: readonly string[] | undefined,
  name: string | undefined,
  by: UserstoreRoute['by'],
): UserstoreRoute {
  const [found] = offeredIn([redirect], offered);
  return { connectors: [], name, by, ...(found && { redirect: found.id }) };
}

/** The one userstore that the sign-in form asks, whatever is typed; undefined: several. Pure. */
export function askedAlone(settings: RouteSettings):
  | {
      readonly connector: PasswordConnector;
      readonly by: 'hint' | 'only';
    }
  | undefined {
  const { chain, offered, hint } = settings;
  const connectors = offeredIn(chain, offered);
  const [first] = connectors;
  const isOnly = connectors.length === 1;
  if (first && isOnly && !hasRedirectDomains(settings)) return { connector: first, by: 'only' };
  const hinted = connectors.find(({ id }) => id === hint);
  return hinted && { connector: hinted, by: 'hint' };
}

/** Whether an address may lead to another identity provider that the client offers. Pure. */
export const hasRedirectDomains = ({
  redirects = [],
  offered,
}: Pick<RouteSettings, 'redirects' | 'offered'>): boolean =>
  offeredIn(redirects, offered).some(({ domains }) => domains.length > 0);

/** The connectors of this list that the client offers. Names that no connector has offer nothing. */
export const offeredIn = <Connector extends { readonly id: string }>(
  connectors: readonly Connector[],
  offered: readonly string[] | undefined,
): readonly Connector[] => connectors.filter(({ id }) => offered?.includes(id) !== false);

/** The connector that has the domain of an address. */
function ownerOf<Connector extends { readonly domains?: readonly string[] }>(
  connectors: readonly Connector[],
  name: string | undefined,
): Connector | undefined {
  const domain = name?.split('@')[1];
  return domain === undefined ? undefined : connectors.find(({ domains = [] }) => domains.includes(domain));
}

/** Whether the typed address may sign in by this connector alone. */
const enforces = (
  { enforces: enforced = [] }: Pick<PasswordConnector, 'enforces'>,
  name: string | undefined,
): boolean => enforced.some((domain) => domain.name === name?.split('@')[1] && !isExcepted(domain, name));
