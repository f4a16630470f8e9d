import { atLeast, type Level } from '../../base/authentication-level.js';
import type {
  RedirectAnswer,
  RedirectBegun,
  RedirectConnector,
  RedirectOutcome,
  RedirectRequest,
} from '../contract/redirect-connector.js';
import type { LevelRule } from '../mapping/mapping-input.js';
import type { ConnectorChain, OfferedRedirect } from './connector-chain.js';

/** A connector that redirects, as the sign-in page shows it. */
export interface RedirectChoice {
  readonly id: string;
  readonly displayName: string;
  /** A picture, as a `data:` URL. */
  readonly logo?: string;
  /** It hands `prompt=none` on to its upstream. */
  readonly takesPassive?: true;
}

/** What the rules and the mapping of the connector do not add. */
export interface AskedSignIn extends Omit<RedirectRequest, 'wishedMaxAgeSeconds' | 'wishedLevels'> {
  /** The level that the sign-in has to reach here. Absent: the lowest. */
  readonly level?: Level;
}

/** Sign-ins on the pages of other identity providers. */
export interface RedirectSignIns {
  /** The connectors that redirect, in their order. @param names those that the client offers; absent: all */
  offered(names?: readonly string[]): Promise<readonly RedirectChoice[]>;
  /** Where answers lead that nobody here asked for. Undefined: nowhere, or there is no such connector. */
  landing(connector: string): Promise<RedirectConnector['landing']>;
  /** Undefined: there is no such connector, or it is disabled. */
  begin(connector: string, asked: AskedSignIn): Promise<RedirectBegun | undefined>;
  /** As {@link begin}. */
  complete(connector: string, answer: RedirectAnswer): Promise<RedirectOutcome | undefined>;
}

export function redirectSignIns({ redirects }: Pick<ConnectorChain, 'redirects'>): RedirectSignIns {
  const find = async (id: string): Promise<OfferedRedirect | undefined> =>
    (await redirects()).find((offered) => offered.id === id);
  return {
    async offered(names) {
      const all = (await redirects()).map(({ id, displayName, logo, connector: { takesPassive } }) => ({
        ...{ id, displayName },
        ...(logo !== undefined && { logo }),
        ...(takesPassive && { takesPassive }),
      }));
      return all.filter(({ id }) => names?.includes(id) !== false);
    },
    landing: async (id) => (await find(id))?.connector.landing,
    async begin(id, { level, ...asked }) {
      const found = await find(id);
      const wished = found?.maxAgeSeconds;
      const levels = level === undefined ? [] : levelsReaching(level, found?.levels ?? []);
      return found?.connector.begin({
        ...asked,
        ...(wished !== undefined && { wishedMaxAgeSeconds: wished }),
        ...(levels.length > 0 && { wishedLevels: levels }),
      });
    },
    async complete(id, answer) {
      return (await find(id))?.connector.complete(answer);
    },
  };
}

/** The names that the upstream has for this level and higher ones, as the mapping says. */
const levelsReaching = (level: Level, rules: readonly LevelRule[]): readonly string[] =>
  rules.flatMap((rule) => ('from' in rule && atLeast(rule.to, level) ? [rule.from] : []));
