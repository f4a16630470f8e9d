import type { ConsentProps } from '#views/consent.js';
import { z } from 'zod';
import { deniedConsentEntry } from '../../audit/sign-in-entry.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import type { Missing } from '../flow/facts.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { scopesInWords } from '../../pages/scopes-in-words.js';
import { goTo, leave, pathOfOther, pathOfInteraction, type SignInRequest } from '../sign-in-request.js';

interface ConsentFault {
  readonly status: number;
  readonly error: NonNullable<ConsentProps['error']>;
}

/** The page that shows what the application requests. */
export async function consentPage(request: SignInRequest, missing: Missing, shown?: ConsentFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error);
  const { client, person, requirements } = interaction;
  const requested = (requirements.consent && interaction.requested) || missing;
  await parts.pages.consent(
    ctx,
    {
      action: `${pathOfInteraction(request)}/consent`,
      csrf: parts.csrf.issue(interaction.uid, formOf(request, missing)),
      application: client.name,
      scopes: requested.scopes,
      claims: requested.claims,
      resources: await scopesInWords(requested.resourceScopes, parts.resourceServer),
      ...(person && { person }),
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/** Accepts the answer. */
export const postConsent = formStep({
  fields: { decision: z.enum(['allow', 'deny', 'other']) },
  // With a complete attempt, the sign-in is finished before its user is asked for consent.
  about: ({ interaction }, step) => (step.kind === 'consent' && !interaction.attempt ? step.missing : undefined),
  name: formOf,
  showAgain: (request, missing, { status, code }) => consentPage(request, missing, { status, error: code }),
  async submit(request, missing, { decision }) {
    switch (decision) {
      case 'allow':
        return leave(request, { kind: 'consented', granted: missing });
      case 'deny':
        return deny(request, missing);
      case 'other':
        // Only leads to a sign-in form: until somebody signs in there, the session is unchanged.
        goTo(request.ctx, pathOfOther(request));
    }
  },
});

/** The sign-in itself was recorded when it finished. */
async function deny(request: SignInRequest, { scopes, resourceScopes }: Missing): Promise<void> {
  const { ctx, interaction, parts } = request;
  const userId = interaction.facts.user?.id;
  const denied = userId !== undefined && { userId, clientId: interaction.client.id, scopes, resourceScopes };
  await Promise.all([
    denied && parts.recordFailure(deniedConsentEntry(actorIn(ctx, { kind: 'user', id: denied.userId }), denied)),
    leave(request, { kind: 'refused', error: 'access_denied' }),
  ]);
}

/**
 * The form's name contains the user and what they were asked, so that exactly what was shown is granted, by the user who saw
 * it.
 */
function formOf({ interaction }: SignInRequest, missing: Missing): string {
  return `consent ${JSON.stringify([interaction.facts.user?.id, missing.scopes, missing.claims, missing.resourceScopes])}`;
}
