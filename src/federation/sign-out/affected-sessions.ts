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

/** A sign-in elsewhere, by what names it in a sign-out. */
export type NamedSignIn = Partial<Pick<UpstreamProof, 'account' | 'signOutName' | 'upstreamSession'>>;

/** Whether this sign-in has ended there. Pure. */
export function isOver(one: NamedSignIn | undefined, { connector, who, sessions }: UpstreamSignedOut): boolean {
  const name = upstreamName(connector, who.name);
  const ended = sessions?.map((session) => upstreamName(connector, session));
  return (
    one !== undefined &&
    (who.by === 'subject' ? one.account : one.signOutName) === name &&
    // Nobody can tell which session a proof without one was of.
    (ended === undefined || one.upstreamSession === undefined || ended.includes(one.upstreamSession))
  );
}

/** A session ends if it began with a sign-in that has ended there. Of another session only the proof is taken. Pure. */
export function effectOn(
  { begunBy, proofs }: Pick<Session, 'begunBy' | 'proofs'>,
  signedOut: UpstreamSignedOut,
): EffectOnSession {
  if (isOver(begunBy, signedOut)) return { kind: 'ends' };
  const left = proofs.filter((proof) => !isOver(upstreamOf(proof), signedOut));
  return left.length < proofs.length ? { kind: 'drops', proofs: left } : { kind: 'none' };
}
