import type { IdentityLink, LinkNotes } from '../../../identity/links/identity-link.js';
import { identityLinks } from '../../../identity/links/identity-link.js';
import type { Held } from '../../../storage/leases/lease-holder.js';
import type { Stored } from '../../../storage/spec.js';
import type { Realm } from '../../../storage/store.js';
import { replace, type Write } from '../../../storage/write.js';

export interface LinkToNote {
  readonly link: Stored<IdentityLink>;
  readonly note: LinkNotes;
}

/** A commit holds 256 writes; a short one keeps nobody waiting. */
const IN_A_COMMIT = 60;

/** Writes what a reading saw of these subjects. A link that changed meanwhile is left to the next run. */
export async function writeNotes(realm: Realm, held: Held, notes: readonly LinkToNote[]): Promise<void> {
  for (let at = 0; at < notes.length; at += IN_A_COMMIT) {
    const writes = notes.slice(at, at + IN_A_COMMIT).map(noted);
    const outcome = await held.commit(realm, writes);
    if (outcome.ok) continue;
    for (const one of notes.slice(at, at + IN_A_COMMIT)) await writeAlone(realm, held, one);
  }
}

/** The link may have been suspended in this run. */
async function writeAlone(realm: Realm, held: Held, { link, note }: LinkToNote): Promise<void> {
  const current = await realm.of(identityLinks).get(link.id);
  if (current) await held.commit(realm, [noted({ link: current, note })]);
}

function noted({ link: { version, ...link }, note }: LinkToNote): Write {
  return replace(identityLinks, { ...link, ...note }, version);
}
