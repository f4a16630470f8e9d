import { z } from 'zod';
import { minutes, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { Actor } from '../../changes/actor.js';
import { type IdentityLink, MOST_LINKS } from '../../identity/links/identity-link.js';
import type { User } from '../../identity/users/user.js';
import type { Admissions } from '../../identity/userstores/admissions.js';
import type { AdmissionFault } from '../../identity/userstores/admit-identity.js';
import { type Enforcers, isEnforcedElsewhere } from '../../identity/userstores/enforced-elsewhere.js';
import { type BegunParts, type BegunPurpose, sealBegun, takeBegun } from '../begun-elsewhere/begun-elsewhere.js';
import { documentOf, type ReceivedAnswers } from '../answers/received-answers.js';
import type { BrowserTarget } from '../contract/redirect-connector.js';
import type { ConnectorService } from '../connectors/connector-service.js';
import type { RedirectChoice, RedirectSignIns } from '../userstores/redirect-sign-ins.js';

/** How long a begun link waits for its answer. */
export const LINK_LASTS = minutes(10);

/** Whose link it is: this user's, in this session. */
export interface LinkingUser {
  readonly user: User;
  readonly session: string;
}

type AnsweredLink = Pick<IdentityLink, 'connector'>;

/**
 * `not-offered`: the rules of the connector or of the account do not allow it, or the connector was removed or disabled. `not-begun`: this
 * session waits for no such answer (any more). `denied`: the person cancelled there. `failed`: the upstream could not say who it is. The
 * others: no link was made, see {@link AdmissionFault}.
 */
type OwnLinkFault = 'not-offered' | 'not-begun' | 'denied' | 'failed' | AdmissionFault;

export interface RefusedLink {
  readonly kind: 'refused';
  readonly fault: OwnLinkFault;
  /** Of the connector, for the log: a short code. */
  readonly reason?: string;
}

/** Links that users make themselves. */
export interface OwnLinks {
  /** The connectors by which this user may link an account, in their order. No store call once warm. @param links those of the user */
  offered(user: User, links: readonly AnsweredLink[]): Promise<readonly RedirectChoice[]>;
  /** Where the browser goes, and what it keeps (sealed). @param asked.links those of the user */
  begin(
    who: LinkingUser,
    connector: string,
    asked: { readonly links: readonly AnsweredLink[]; readonly state: (random: string) => string },
  ): Promise<
    | { readonly kind: 'begun'; readonly target: BrowserTarget; readonly kept: string; readonly displayName: string }
    | RefusedLink
  >;
  /** Takes the answer, once, and links the account that it is of. @param by the user */
  complete(
    who: LinkingUser,
    connector: string,
    answer: { readonly by: Actor; readonly kept: string | undefined; readonly query: URLSearchParams },
  ): Promise<{ readonly kind: 'linked' } | RefusedLink>;
}

/** Who asked for a link. */
interface LinkedBy {
  readonly user: string;
  readonly session: string;
}

const BEGUN_LINK: BegunPurpose<LinkedBy> = {
  purpose: 'begun-link',
  by: z.strictObject({ user: z.string(), session: z.string() }),
};

export function ownLinks(
  parts: BegunParts & {
    readonly connectors: Pick<ConnectorService, 'all'>;
    readonly userstores: { readonly enforcers: Enforcers };
    readonly redirects: RedirectSignIns;
    readonly answers: Pick<ReceivedAnswers, 'find'>;
    readonly admissions: Admissions;
  },
): OwnLinks {
  const { connectors, redirects, answers, userstores, admissions } = parts;

  return {
    offered,

    async begin({ user, session }, id, { links, state: stateOf }) {
      const choice = (await offered(user, links)).find((each) => each.id === id);
      if (!choice) return refused('not-offered');
      const state = stateOf(newId());
      // The browser may be signed in there as somebody else: the person sees which account it is.
      const begun = await redirects.begin(id, { state, choosesAccount: true });
      if (!begun) return refused('not-offered');
      if (begun.kind !== 'begun') return refused('failed', begun.reason);
      const by = { user: user.id, session };
      const kept = sealBegun(parts, BEGUN_LINK, id, { by, state, kept: begun.kept, expiresAt: now() + LINK_LASTS });
      return { kind: 'begun', target: begun, kept, displayName: choice.displayName };
    },

    async complete({ user, session }, id, { by, kept = '', query }) {
      const isTheirs = (begunBy: LinkedBy): boolean => begunBy.user === user.id && begunBy.session === session;
      const document = await documentOf(answers, id, query);
      if (document === 'gone') return refused('not-begun');
      const begun = await takeBegun(parts, BEGUN_LINK, id, {
        ...{ kept, state: query.get('state'), isTheirs },
        ...(document && { beside: document.uses }),
      });
      if (!begun) return refused('not-begun');
      // Before there is a link: it would sign nobody in.
      if ((await othersOnly(user))(id)) return refused('not-offered');
      const outcome = await redirects.complete(id, {
        ...{ state: begun.state, kept: begun.kept, query },
        ...(document && { received: document.received }),
      });
      if (!outcome) return refused('not-offered');
      if (outcome.kind === 'denied') return refused('denied');
      if (outcome.kind !== 'ok') return refused('failed', outcome.reason);
      const { identity, authenticatedAt } = outcome;
      const answer = { kind: 'own-account', userId: user.id, by } as const;
      const admission = await admissions.admit(
        { connector: id, identity, answer, ...(authenticatedAt !== undefined && { age: now() - authenticatedAt }) },
        { requestId: by.requestId, address: by.address ?? '' },
      );
      switch (admission.kind) {
        case 'ok':
          return { kind: 'linked' };
        case 'account-refused':
          return refused(admission.fault);
        case 'asks':
          throw new Error('Who is signed in was asked about their account.');
      }
    },
  };

  async function offered(user: User, links: readonly AnsweredLink[]): Promise<readonly RedirectChoice[]> {
    if (links.length >= MOST_LINKS) return [];
    const [all, isBarred, choices] = await Promise.all([connectors.all(), othersOnly(user), redirects.offered()]);
    return choices.filter(({ id }) => {
      const view = all.get(id);
      if (!view || view.linking === 'never' || view.provisioning.mode === 'refuse') return false;
      return !isBarred(id) && !links.some(({ connector }) => connector === id);
    });
  }

  /** Says of a connector whether the user may sign in by others alone. */
  async function othersOnly(user: User): Promise<(connector: string) => boolean> {
    const enforcers = await userstores.enforcers();
    return (id) => isEnforcedElsewhere(user, { id }, enforcers);
  }
}

const refused = (fault: OwnLinkFault, reason?: string): RefusedLink => ({
  ...{ kind: 'refused', fault },
  ...(reason !== undefined && { reason }),
});
