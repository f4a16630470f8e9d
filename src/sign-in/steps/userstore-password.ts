import type { UserstorePasswordError } from '#views/userstore-password.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { actorIn } from '../../http/request/actor-of-request.js';
import { requestIdOf } from '../../http/request/request-id.js';
import type { PasswordChangeCheck } from '../../identity/userstores/password-check.js';
import { recordFailure } from '../flow/advance.js';
import { formStep } from '../form-step.js';
import { logRefusedPassword } from '../log-sign-in.js';
import type { SignInRequest } from '../sign-in-request.js';
import { signInPage } from './authenticate.js';
import { continueWith } from './continue-with.js';
import { typedName } from './typed-name.js';
import { userstorePasswordForm, userstorePasswordPage } from './userstore-password-page.js';

/** Accepts the present and the new password. The present one is checked as at a sign-in: every guess counts. */
export const postUserstorePassword = formStep({
  fields: {
    username: typedName,
    userstore: z.string().max(40).default(''),
    current: z.string().max(4096).default(''),
    password: z.string().max(4096).default(''),
    again: z.string().max(4096).default(''),
    remember: z.literal('yes').exactOptional(),
  },
  about: () => 'anybody',
  name: (_, __, { userstore, username }) => userstorePasswordForm(userstore, username),
  showAgain: (request, _, { status, code, fields }) =>
    signInPage(request, { status, error: { code }, ...(fields && { identifier: fields.username }) }),
  async submit(request, _, { username: identifier, userstore, current, password, again: repeated, remember: checked }) {
    const { ctx, interaction, parts } = request;
    const remember = checked === 'yes';
    const again = (status: number, error: UserstorePasswordError) =>
      userstorePasswordPage(request, { identifier, userstore, remember }, { status, error });
    if (current === '') return again(422, { code: 'current-missing' });
    if (password === '') return again(422, { code: 'new-missing' });
    if (password !== repeated) return again(422, { code: 'not-repeated' });
    if (password === current) return again(422, { code: 'as-before' });

    const at = now();
    const { userstores: offered } = interaction.requirements;
    const outcome = await parts.authentication.changePassword(
      { identifier, password: current, requestId: requestIdOf(ctx.req), ...(offered && { offered }) },
      { userstore, next: password },
      ctx.ip,
      parts.browsers.read(ctx),
    );
    if (outcome.kind === 'changed') {
      const signIn = await settled(request, outcome);
      if (!signIn) {
        await recordFailure(request, 'unavailable', { typed: identifier, connector: outcome.connector });
        return signInPage(request, { status: 200, error: { code: 'password-changed' }, identifier, remember });
      }
      const fault = await continueWith(request, signIn, { identifier, at, remember });
      if (fault) await signInPage(request, { ...fault, identifier, remember });
      return;
    }
    if (outcome.kind === 'not-changed') {
      await recordFailure(request, 'must-change', { ...outcome, typed: identifier });
      logRefusedPassword(request, outcome);
      return outcome.fault === 'unanswered'
        ? again(503, { code: 'unanswered' })
        : again(422, { code: outcome.fault, reference: requestIdOf(ctx.req) });
    }
    const fault = await continueWith(request, outcome, { identifier, at, remember });
    if (fault)
      await again(fault.status, fault.error.code === 'wrong-credentials' ? { code: 'wrong-current' } : fault.error);
  },
});

/**
 * Records the new password and ends what began with the old one, but for this session. Only a sign-in with the new one says whose password
 * it was: a name alone proves nothing.
 */
async function settled(
  { ctx, interaction, parts }: SignInRequest,
  { connector, signIn }: Extract<PasswordChangeCheck, { readonly kind: 'changed' }>,
) {
  if (!signIn || signIn.kind === 'asks' || !signIn.user) return signIn;
  const { user } = signIn;
  const { sessionUid: uid } = interaction;
  const by = actorIn(ctx, { kind: 'user', id: user.id });
  const surviving = uid === undefined ? async () => [] : parts.keepSession({ uid, userId: user.id });
  const saved = await parts.passwords.setElsewhere(by, user.id, connector, surviving);
  return signIn.kind === 'ok' && saved.ok ? { ...signIn, user: saved.value } : signIn;
}
