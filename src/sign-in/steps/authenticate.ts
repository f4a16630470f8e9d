import type { SignInError } from '#views/sign-in.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import { readForm } from '../../http/request/form.js';
import { advance, recordFailure } from '../flow/advance.js';
import type { SignInRefusal } from '../interaction.js';
import { logShownError } from '../log-sign-in.js';
import { leave, pathOfVisit, type Visit } from '../sign-in-request.js';

const signInForm = z.strictObject({
  csrf: z.string().default(''),
  identifier: z.string().max(320).default(''),
  // Far above any password; what lies between this and the longest one allowed is simply wrong.
  password: z.string().max(4096).default(''),
  remember: z.literal('yes').exactOptional(),
  decision: z.literal('cancel').exactOptional(),
});

interface Shown {
  readonly status: number;
  readonly error: SignInError;
  /** As it was typed. */
  readonly identifier?: string;
  readonly remember?: boolean;
}

/** The page that asks for name and password. */
export async function signInPage(visit: Visit, shown?: Shown): Promise<void> {
  const { ctx, interaction, parts } = visit;
  if (shown) logShownError(visit, shown.error.code);
  const { client, facts, requirements, person, loginHint } = interaction;
  const another = requirements.subjects !== undefined && !requirements.subjects.includes(facts.user?.id ?? '');
  const signedIn =
    facts.user && person && ({ person: person.name ?? person.username, asked: another ? 'other' : 'again' } as const);
  const identifier = shown?.identifier ?? loginHint ?? (another ? undefined : person?.username);
  await parts.pages.signIn(
    ctx,
    {
      action: pathOfVisit(visit),
      csrf: parts.csrf.issue(interaction.uid, 'sign-in'),
      application: client.name,
      ...(identifier !== undefined && { identifier }),
      ...(signedIn && { signedIn }),
      ...(shown && { error: shown.error }),
      remember: shown?.remember ?? interaction.remembered ?? false,
    },
    shown && { status: shown.status },
  );
}

/** The page that asks for name and password of another account than who is signed in. */
export const otherAccountPage = (visit: Visit): Promise<void> => {
  const { facts, person: _, ...interaction } = visit.interaction;
  const { user: __, ...nobody } = facts;
  return signInPage({ ...visit, interaction: { ...interaction, facts: nobody } });
};

/**
 * Takes the posted name and password, whatever step is next: in a tab that was left open a person may sign in as somebody
 * else than another tab has meanwhile, and must not go on as the other.
 */
export async function postSignIn(visit: Visit): Promise<void> {
  const { ctx, interaction, parts } = visit;
  const form = await readForm(ctx.req);
  if (form.kind === 'refused') return signInPage(visit, { status: form.status, error: { code: 'form-unreadable' } });
  const parsed = signInForm.safeParse(Object.fromEntries(form.fields));
  if (!parsed.success) return signInPage(visit, { status: 400, error: { code: 'form-unreadable' } });
  const { csrf, identifier, password } = parsed.data;
  const remember = parsed.data.remember === 'yes';
  const again = (status: number, error: SignInError) => signInPage(visit, { status, error, identifier, remember });

  if (!parts.csrf.holds(csrf, interaction.uid, 'sign-in')) return again(403, { code: 'stale-form' });
  if (parsed.data.decision === 'cancel') return leave(visit, { kind: 'refused', error: 'access_denied' });
  if (trimTyped(identifier) === '') return again(422, { code: 'identifier-missing' });
  if (password === '') return again(422, { code: 'password-missing' });

  // Before the password is looked up: one that is changed while it is compared has signed nobody in.
  const at = now();
  const outcome = await parts.passwords.verify({ identifier, password }, ctx.ip, parts.browsers.read(ctx));
  switch (outcome.kind) {
    case 'ok': {
      const refused = await advance(visit, { user: outcome.user, at, proof: { method: 'pwd', at }, remember });
      if (refused) await again(403, { code: whyNot[refused] });
      return;
    }
    case 'wrong-credentials':
      await recordFailure(visit, 'wrong-credentials', outcome.user);
      // RFC 9110 15.5.4: the credentials were insufficient. A 401 would have to name an HTTP authentication scheme.
      return again(403, { code: 'wrong-credentials' });
    case 'throttled':
      ctx.set('Retry-After', String(outcome.retryAfterSeconds));
      return again(429, { code: 'throttled', seconds: outcome.retryAfterSeconds });
    case 'overloaded':
      ctx.set('Retry-After', String(outcome.retryAfterSeconds));
      return again(503, { code: 'overloaded' });
  }
}

const whyNot = {
  access_denied: 'disabled',
  login_required: 'other-account',
  unmet_authentication_requirements: 'not-allowed',
} as const satisfies Record<SignInRefusal, SignInError['code']>;
