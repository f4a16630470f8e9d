import { askedAlone, hasRedirectDomains, offeredIn, type RouteSettings } from './userstore-route.js';

/** What a sign-in form asks, before anything is typed. It depends on settings and on the request, never on an account. */
export interface SignInForm {
  /** The one userstore that it asks; absent: several. */
  readonly asks?: { readonly id: string; readonly displayName: string };
  /** The name is asked for on a page of its own: several connectors are offered, and one has e-mail domains. */
  readonly nameFirst: boolean;
  /** Whether a password is asked for at all: the client offers a userstore. */
  readonly takesPasswords: boolean;
  /** The form without the hint. Absent: the request has no hint that counts, or the client offers nothing else. */
  readonly ordinary?: SignInForm;
  /** Why the hint does not count. */
  readonly hintFault?: HintFault;
}

/** `userstore-unknown`: none of this name is enabled. */
export type HintFault = 'userstore-unknown' | 'userstore-not-offered';

/** Pure. */
export function signInForm(settings: RouteSettings): SignInForm {
  const { chain, redirects = [], offered } = settings;
  const fault = hintFault(settings);
  const ignored = fault && { hintFault: fault };
  const asked = askedAlone(settings);
  const stores = offeredIn(chain, offered);
  const takesPasswords = stores.length > 0;
  if (!asked)
    return {
      nameFirst:
        takesPasswords && (hasRedirectDomains(settings) || stores.some(({ domains = [] }) => domains.length > 0)),
      takesPasswords,
      ...ignored,
    };
  const { id, displayName = id } = asked.connector;
  const ordinary = asked.by === 'hint' && { ordinary: signInForm({ chain, redirects, offered }) };
  return { asks: { id, displayName }, nameFirst: false, takesPasswords: true, ...ordinary, ...ignored };
}

function hintFault({ chain, offered, hint }: RouteSettings): HintFault | undefined {
  if (hint === undefined) return undefined;
  const known = chain.filter(({ id }) => id === hint);
  if (known.length === 0) return 'userstore-unknown';
  return offeredIn(known, offered).length === 0 ? 'userstore-not-offered' : undefined;
}
