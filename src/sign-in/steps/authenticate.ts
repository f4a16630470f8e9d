import type { SignInError } from '#views/sign-in.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import type { Actor } from '../../changes/actor.js';
import { actorIn } from '../../http/actor.js';
import { readForm } from '../../http/form.js';
import type { Facts } from '../facts.js';
import type { SignInRefusal } from '../interaction.js';
import { nextStep } from '../next-step.js';
import type { PasswordOutcome } from '../passwords.js';
import { leave, pathOfVisit, type Visit } from '../visit.js';

const signInForm = z.strictObject({
  csrf: z.string().default(''),
  identifier: z.string().max(320).default(''),
  // Far above any password; what lies between this and the longest one allowed is simply wrong.
  password: z.string().max(4096).default(''),
});

interface Shown {
  readonly status: number;
  readonly error: SignInError;
  /** As it was typed. */
  readonly identifier?: string;
}

/** The page that asks for name and password. */
export async function signInPage(visit: Visit, shown?: Shown): Promise<void> {
  const { ctx, interaction, parts } = visit;
  const { client, facts, requirements, person, loginHint, redirectTarget } = interaction;
  const another = requirements.subject !== undefined && requirements.subject !== facts.user?.id;
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
    },
    { formTargets: [redirectTarget], ...(shown && { status: shown.status }) },
  );
}

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
  const again = (status: number, error: SignInError) => signInPage(visit, { status, error, identifier });

  if (!parts.csrf.holds(csrf, interaction.uid, 'sign-in')) return again(403, { code: 'stale-form' });
  if (identifier.trim() === '') return again(422, { code: 'identifier-missing' });
  if (password === '') return again(422, { code: 'password-missing' });

  const outcome = await parts.passwords.verify({ identifier, password }, ctx.ip);
  switch (outcome.kind) {
    case 'ok':
      return signedIn(visit, outcome, identifier);
    case 'wrong-credentials':
      await parts.recordSignIn(byNobody(visit), {
        outcome: 'failure',
        clientId: interaction.client.id,
        why: 'wrong-credentials',
        ...(outcome.user && { user: outcome.user }),
      });
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

/**
 * The password was right. What would still be refused is said here, where the person can try another account: the
 * application would learn no more than an error.
 */
async function signedIn(visit: Visit, { user }: PasswordOutcome & { kind: 'ok' }, identifier: string): Promise<void> {
  const { interaction, parts } = visit;
  const at = now();
  const proofs = [{ method: 'pwd', at }] as const;
  const facts: Facts = {
    ...interaction.facts,
    user: { id: user.id, state: user.state },
    proofs,
    authenticatedHere: true,
  };
  const step = nextStep(facts, interaction.requirements, at);
  const clientId = interaction.client.id;
  if (step.kind === 'refuse') {
    await parts.recordSignIn(byNobody(visit), { outcome: 'failure', clientId, user, why: step.error });
    return signInPage(visit, { status: 403, error: { code: whyNot[step.error] }, identifier });
  }
  const by: Actor = { ...byNobody(visit), kind: 'user', id: user.id };
  await Promise.all([
    parts.recordSignIn(by, { outcome: 'success', clientId, user, methods: ['pwd'] }),
    leave(visit, { kind: 'signed-in', userId: user.id, proofs, remember: true }),
  ]);
}

const whyNot = {
  access_denied: 'disabled',
  login_required: 'other-account',
  unmet_authentication_requirements: 'not-allowed',
} as const satisfies Record<SignInRefusal, SignInError['code']>;

/** Until a sign-in succeeds, nobody but ourselves can be said to act. */
const byNobody = ({ ctx }: Visit): Actor => actorIn(ctx, { kind: 'system', id: 'sign-in' });
