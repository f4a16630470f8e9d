import type { ConsentProps } from '#views/consent.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { readForm } from '../../http/request/form.js';
import type { Missing } from '../flow/facts.js';
import { logShownError } from '../log-sign-in.js';
import { nextStep } from '../flow/next-step.js';
import { scopesInWords } from '../../pages/scopes-in-words.js';
import { goTo, leave, pathOfOther, pathOfVisit, type Visit } from '../sign-in-request.js';

const consentForm = z.strictObject({ csrf: z.string().default(''), decision: z.enum(['allow', 'deny', 'other']) });

interface Shown {
  readonly status: number;
  readonly error: NonNullable<ConsentProps['error']>;
}

/** The page that says what the application asks for. */
export async function consentPage(visit: Visit, missing: Missing, shown?: Shown): Promise<void> {
  const { ctx, interaction, parts } = visit;
  if (shown) logShownError(visit, shown.error);
  const { client, person, requirements } = interaction;
  const asked = (requirements.consent && interaction.requested) || missing;
  await parts.pages.consent(
    ctx,
    {
      action: `${pathOfVisit(visit)}/consent`,
      csrf: parts.csrf.issue(interaction.uid, formOf(visit, missing)),
      application: client.name,
      scopes: asked.scopes,
      claims: asked.claims,
      resources: await scopesInWords(asked.resourceScopes, parts.resourceServer),
      ...(person && { person }),
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/** Takes the answer. */
export async function postConsent(visit: Visit): Promise<void> {
  const { ctx, interaction, parts } = visit;
  const form = await readForm(ctx.req);
  const step = nextStep(interaction.facts, interaction.requirements, now());
  // With an attempt that has shown all, the sign-in is finished before the person it signs in is asked for consent.
  if (step.kind !== 'consent' || interaction.attempt) {
    goTo(ctx, pathOfVisit(visit)); // something else comes first by now, and its page says what
    return;
  }
  const { missing } = step;
  if (form.kind === 'refused') {
    return consentPage(visit, missing, { status: form.status, error: 'form-unreadable' });
  }
  const parsed = consentForm.safeParse(Object.fromEntries(form.fields));
  if (!parsed.success) return consentPage(visit, missing, { status: 400, error: 'form-unreadable' });
  const { csrf, decision } = parsed.data;
  if (!parts.csrf.holds(csrf, interaction.uid, formOf(visit, missing))) {
    return consentPage(visit, missing, { status: 403, error: 'stale-form' });
  }
  switch (decision) {
    case 'allow':
      return leave(visit, { kind: 'consented', granted: missing });
    case 'deny':
      return leave(visit, { kind: 'refused', error: 'access_denied' });
    case 'other':
      // Only leads to a sign-in form: until somebody signs in there, the session stays whose it is.
      goTo(ctx, pathOfOther(visit));
  }
}

/** The form's name holds who was asked and for what, so that exactly what was shown is granted, by whom it was shown to. */
const formOf = ({ interaction }: Visit, missing: Missing): string =>
  `consent ${JSON.stringify([interaction.facts.user?.id, missing.scopes, missing.claims, missing.resourceScopes])}`;
