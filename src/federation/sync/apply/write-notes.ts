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

/** Writes what a reading saw of these subjects, all at once: commits under a lease go together. */
export async function writeNotes(realm: Realm, held: Held, notes: readonly LinkToNote[]): Promise<void> {
  await Promise.all(notes.map((one) => writeNote(realm, held, one)));
}

async function writeNote(realm: Realm, held: Held, { link, note }: LinkToNote): Promise<void> {
  if ((await held.commit(realm, [noted(link, note)])).ok) return;
  // This run may have suspended it, or given it another subject. What others change now is left to the next run.
  const current = await realm.of(identityLinks).get(link.id);
  if (current) await held.commit(realm, [noted(current, note)]);
}

function noted({ version, ...link }: Stored<IdentityLink>, note: LinkNotes): Write {
  return replace(identityLinks, { ...link, ...note }, version);
}
