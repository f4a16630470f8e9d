import { minutes, now } from '../../base/clock.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { type IdentityLink, identityLinks, type UpstreamSubject } from './identity-link.js';

/** Longer than any upstream takes to answer. */
const TAKEN_FOR = minutes(1);
const MOST_TRIES = 4;

/**
 * The refresh tokens of upstreams, each with the link of its user. Many providers take each of them once, so one process has it at a time:
 * it takes the token, asks the upstream, and keeps the one that it got.
 */
export class LinkRefreshTokens {
  readonly #realm: Realm;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** The token of a link as read, which nobody else gets until it is kept again, or for a minute. Undefined: there is none, or somebody has it. */
  async take({ version, ...link }: Stored<IdentityLink>): Promise<string | undefined> {
    const at = now();
    if (link.refreshToken === undefined || (link.refreshTakenUntil ?? 0) > at) return undefined;
    const taken = { ...link, refreshTakenUntil: at + TAKEN_FOR };
    const saved = await this.#realm.of(identityLinks).replace(taken, version);
    return saved.ok ? link.refreshToken : undefined;
  }

  /** Replaces the token of a link, which anybody may take from now on. Without a link, nothing happens. @param token absent: none is kept */
  keep(upstream: UpstreamSubject, token: string | undefined): Promise<void> {
    return this.#write(upstream, token === undefined ? {} : { refreshToken: token });
  }

  /** The upstream takes the token no more. That is remembered until another sign-in calls {@link keep}. */
  ended(upstream: UpstreamSubject): Promise<void> {
    return this.#write(upstream, { refreshEndedAt: now() });
  }

  async #write(
    upstream: UpstreamSubject,
    fields: Pick<IdentityLink, 'refreshToken' | 'refreshEndedAt'>,
  ): Promise<void> {
    const collection = this.#realm.of(identityLinks);
    const { connector, issuer, subject } = upstream;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await collection.findOne('subject', { connector, issuer, subject });
      if (!found) return;
      const { version, refreshToken, refreshTakenUntil, refreshEndedAt, ...link } = found;
      const isSame = refreshToken === fields.refreshToken && refreshEndedAt === fields.refreshEndedAt;
      if (isSame && refreshTakenUntil === undefined) return;
      if ((await collection.replace({ ...link, ...fields }, version)).ok) return;
    }
  }
}
