import { LinkAccount, type LinkAccountProps } from '#views/link-account.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { firstAuthenticator } from '../authenticators/authenticators.js';
import { admitPending, keep } from '../flow/admit-pending.js';
import { advanceOrLeave, recordFailure, refuse } from '../flow/advance.js';
import type { PendingIdentity } from '../flow/pending-identity.js';
import { formStep } from '../form-step.js';
import { logShownError } from '../log-sign-in.js';
import { pathOfInteraction, pathOfOther, type SignInRequest } from '../sign-in-request.js';
import { codeOfFault, continueWith } from './continue-with.js';
import { typedName } from './typed-name.js';

/** An identity that may belong to an existing account. */
interface LinkQuestion {
  readonly pending: PendingIdentity;
  readonly mayCreate: boolean;
}

interface LinkFault {
  readonly status: number;
  readonly error: NonNullable<LinkAccountProps['error']>;
  /** As typed. */
  readonly identifier?: string;
}

/** The page that asks whether the person has an account. It is the same for everybody, whoever has one. */
export async function linkAccountPage(request: SignInRequest): Promise<void> {
  const linking = linkingIn(request);
  if (linking) await questionPage(request, linking);
}

async function questionPage(request: SignInRequest, linking: LinkQuestion, shown?: LinkFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error.code);
  const { pending, mayCreate } = linking;
  await parts.pages.page(
    ctx,
    (around) =>
      LinkAccount({
        ...around,
        action: `${pathOfInteraction(request)}/link`,
        other: pathOfOther(request),
        csrf: parts.csrf.issue(interaction.uid, formOf(request, linking)),
        application: interaction.client.name,
        upstream: pending.question.upstream,
        mayCreate,
        ...(shown?.identifier !== undefined && { identifier: shown.identifier }),
        ...(shown && { error: shown.error }),
      }),
    shown && { status: shown.status },
  );
}

/** Accepts the answer: a new account, or the name and password of the existing one. */
export const postLink = formStep({
  fields: {
    decision: z.enum(['link', 'new', 'cancel']).default('link'),
    identifier: typedName,
    password: z.string().max(4096).default(''),
  },
  about: (request, step) => (step.kind === 'link-account' ? linkingIn(request) : undefined),
  name: formOf,
  showAgain: (request, linking, { status, code, fields }) =>
    questionPage(request, linking, { status, error: { code }, ...(fields && { identifier: fields.identifier }) }),
  async submit(request, linking, { decision, identifier, password }) {
    switch (decision) {
      case 'cancel':
        return refuse(request, 'access_denied', 'cancelled');
      case 'new':
        return createInstead(request, linking);
      case 'link':
        return prove(request, linking, identifier, password);
    }
  },
});

async function createInstead(request: SignInRequest, linking: LinkQuestion): Promise<void> {
  const { pending } = linking;
  const admitted = await admitPending(request, pending, { kind: 'new', typed: new Map() });
  switch (admitted.kind) {
    case 'admitted': {
      await advanceOrLeave(request, admitted.shown);
      return;
    }
    case 'asks':
      return keep(request, admitted.pending);
    case 'refused':
      await recordFailure(request, admitted.fault, { connector: pending.connector });
      return questionPage(request, linking, { status: 403, error: { code: codeOfFault(admitted.fault) } });
  }
}

/** The usual sign-in, by another connector than that of the identity. It signs nobody in by itself. */
async function prove(
  request: SignInRequest,
  linking: LinkQuestion,
  identifier: string,
  password: string,
): Promise<void> {
  const { ctx, parts } = request;
  const { pending } = linking;
  const again = (status: number, error: LinkFault['error']) =>
    questionPage(request, linking, { status, error, identifier });
  if (trimTyped(identifier) === '') return again(422, { code: 'identifier-missing' });
  if (password === '') return again(422, { code: 'password-missing' });

  // As at the sign-in page: before the password is looked up.
  const at = now();
  const first = firstAuthenticator(parts.authenticators);
  const outcome = await first.verify(
    parts.authentication,
    { identifier, password, requestId: requestIdOf(ctx.req), provesFor: pending.connector },
    ctx.ip,
    parts.browsers.read(ctx),
  );
  const fault = await continueWith(request, outcome, { identifier, at, provesFor: pending.id });
  if (fault) await again(fault.status, outcome.kind === 'ok' ? { code: 'cannot-be-linked' } : fault.error);
}

function linkingIn({ interaction: { pending } }: SignInRequest): LinkQuestion | undefined {
  return pending?.question.kind === 'link' ? { pending, mayCreate: pending.question.mayCreate } : undefined;
}

/** Its name contains the identity, so that no account is linked to another one than the page showed. */
function formOf(_: SignInRequest, { pending }: LinkQuestion): string {
  return `link ${pending.id}`;
}
