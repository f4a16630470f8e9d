import type { SignInError } from '#views/sign-in.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import { recordFailure } from '../flow/advance.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { goTo, pathOfInteraction, redirectLinks, type SignInRequest } from '../sign-in-request.js';
import { leadElsewhere } from './begin-redirect.js';
import { isForAnother, typedName } from './typed-name.js';

interface NameFault {
  readonly status: number;
  readonly error: Exclude<SignInError, { readonly code: 'throttled' }>;
  /** As typed. */
  readonly identifier?: string;
}

/** The page that asks for the name before the password. */
export async function identifyPage(request: SignInRequest, shown?: NameFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error.code);
  const { client, facts, requirements, person, loginHint } = interaction;
  const another = facts.user && isForAnother(facts, requirements);
  const identifier = shown?.identifier ?? loginHint;
  await parts.pages.identify(
    ctx,
    {
      action: `${pathOfInteraction(request)}/name`,
      csrf: parts.csrf.issue(interaction.uid, 'identify'),
      application: client.name,
      redirects: redirectLinks(request),
      ...(identifier !== undefined && { identifier }),
      ...(person && another && { signedIn: person.name ?? person.username }),
      ...(shown && { error: shown.error }),
    },
    shown && { status: shown.status },
  );
}

/**
 * Accepts the typed name, whatever step comes next: it may be another name than before. The answer depends on the text and on settings,
 * never on whether an account exists.
 */
export const postName = formStep({
  fields: { identifier: typedName },
  about: ({ interaction }) => interaction.requirements.nameFirst,
  name: () => 'identify',
  showAgain: (request, _, { status, code, fields }) => identifyPage(request, { status, error: { code }, ...fields }),
  async submit(request, _, { identifier }) {
    const { ctx, interaction, parts } = request;
    const again = (status: number, code: NameFault['error']['code']) =>
      identifyPage(request, { status, error: { code }, identifier });
    if (trimTyped(identifier) === '') return again(422, 'identifier-missing');
    const target = await parts.authentication.leadsTo(identifier, interaction.requirements.userstores);
    if (target.kind === 'redirect') {
      const fault = await leadElsewhere(request, target.connector, target.name);
      return fault && again(fault.status, fault.error.code);
    }
    if (target.kind === 'not-offered') {
      await recordFailure(request, 'not-offered', { typed: identifier });
      return again(403, 'not-offered');
    }
    if (await parts.interactions.identify(interaction, identifier)) goTo(ctx, pathOfInteraction(request));
    else await parts.pages.expired(ctx, await parts.interactions.startAgain(interaction.uid));
  },
});
