import type { Proof, UpstreamProof } from '../../sessions/proof.js';
import { upstreamName, upstreamOf } from '../../sessions/proof.js';
import type { SignedOutThere } from '../contract/redirect-connector.js';
import type { Session } from '../../sessions/session.js';

/** A sign-out at an upstream, as its connector read it. */
export interface UpstreamSignedOut extends Pick<SignedOutThere, 'who' | 'sessions'> {
  readonly connector: string;
}

/** What such a sign-out does to one session here. `drops`: the proofs that are left. */
export type EffectOnSession =
  { readonly kind: 'ends' } | { readonly kind: 'drops'; readonly proofs: Proof[] } | { readonly kind: 'none' };

/** A session ends if it began with a sign-in that has ended there. Of another session only the proof is taken. Pure. */
export function effectOn(
  { begunBy, proofs }: Pick<Session, 'begunBy' | 'proofs'>,
  { connector, who, sessions }: UpstreamSignedOut,
): EffectOnSession {
  const name = upstreamName(connector, who.name);
  const ended = sessions?.map((session) => upstreamName(connector, session));
  const isOver = (one: UpstreamProof | undefined): boolean =>
    one !== undefined &&
    (who.by === 'subject' ? one.account : one.signOutName) === name &&
    // Nobody can tell which session a proof without one was of.
    (ended === undefined || one.upstreamSession === undefined || ended.includes(one.upstreamSession));
  if (isOver(begunBy)) return { kind: 'ends' };
  const left = proofs.filter((proof) => !isOver(upstreamOf(proof)));
  return left.length < proofs.length ? { kind: 'drops', proofs: left } : { kind: 'none' };
}
