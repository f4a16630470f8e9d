import type { AccountError } from '#views/account-frame.js';
import { AccountSecondFactor, type AccountSecondFactorProps } from '#views/account-second-factor.js';
import { z } from 'zod';
import type { Enrolment } from '../identity/second-factor/enrolment.js';
import type { ByOwner, SecondFactorService } from '../identity/second-factor/second-factor-service.js';
import { keyUri } from '../identity/second-factor/totp.js';
import type { SettingsService } from '../realm/settings/settings-service.js';
import { signOutEpochOf } from '../sessions/sign-out-epoch.js';
import type { KeepSession } from '../sessions/keep-session.js';
import { drawn } from '../sign-in/qr-code.js';
import { type AccountPage, type AccountVisit, buttonAlone, type FormFields } from './account-page.js';

const form = z.strictObject({ carried: z.string().max(1000), code: z.string().max(200) });

interface SecondFactorParts {
  readonly keepSession: KeepSession;
  readonly secondFactors: SecondFactorService;
  readonly settings: Pick<SettingsService, 'get'>;
}

/**
 * Lets users enrol, replace and remove their second factor. Users who have one must have used it within five minutes. With
 * every change all their other sessions end, while this one continues.
 */
export function secondFactorPage({ keepSession, secondFactors, settings }: SecondFactorParts): AccountPage {
  const page: AccountPage = {
    path: '/second-factor',
    name: 'second-factor',
    forChanges: true,
    show: (visit, refused) => showing(visit, refused),
    forms: {
      enrol,
      begin: buttonAlone(showing, (visit) => showing(visit, undefined, beginning(visit))),
      renew: buttonAlone(showing, renew),
      remove: buttonAlone(showing, remove),
    },
  };

  async function showing(
    visit: AccountVisit,
    refused?: { readonly status: number; readonly error: AccountError },
    enrolment?: Enrolment,
  ): Promise<void> {
    const left = await secondFactors.recoveryCodesLeft(visit.user.id);
    const { name, secondFactor } = await settings.get();
    if (left === undefined && secondFactor.enrolment === 'closed') return answer(visit, { kind: 'closed' }, refused);
    if (left !== undefined && !enrolment) {
      const since = visit.user.secondFactorSince ?? 0;
      return answer(visit, { kind: 'enrolled', since, recoveryCodesLeft: left }, refused);
    }
    const { seed, carried } = enrolment ?? beginning(visit);
    const picture = await drawn(keyUri(seed, { issuer: name, account: visit.user.username }));
    return answer(visit, { kind: 'enrolling', seed, carried, picture }, refused);
  }

  function answer(
    visit: AccountVisit,
    shows: AccountSecondFactorProps['shows'],
    refused?: { readonly status: number; readonly error: AccountError },
  ): Promise<void> {
    const zone = visit.user.profile.zoneinfo;
    const csrf = {
      enrol: visit.csrf('enrol'),
      begin: visit.csrf('begin'),
      renew: visit.csrf('renew'),
      remove: visit.csrf('remove'),
    };
    return visit.answer(
      (around) =>
        AccountSecondFactor({
          ...around,
          action: visit.action,
          csrf,
          shows,
          ...(zone !== undefined && { zone }),
        }),
      refused,
    );
  }

  const within = ({ user, session }: AccountVisit) => ({ userId: user.id, within: session.id });
  const beginning = (visit: AccountVisit): Enrolment => secondFactors.enrolments.begin(within(visit));

  const byOwner = ({ user, session }: AccountVisit): ByOwner => ({
    epoch: signOutEpochOf(user),
    surviving: keepSession({ uid: session.id, userId: user.id }),
  });

  async function enrol(visit: AccountVisit, fields: FormFields): Promise<void> {
    const parsed = form.safeParse(Object.fromEntries(fields));
    if (!parsed.success) return showing(visit, { status: 400, error: 'form-unreadable' });
    const enrolment = secondFactors.enrolments.read(within(visit), parsed.data.carried);
    if (!enrolment) return showing(visit, { status: 403, error: 'stale-form' });
    const replacing = visit.user.secondFactorSince !== undefined;
    if (!replacing && (await settings.get()).secondFactor.enrolment === 'closed') return showing(visit);
    const typed = { seed: enrolment.seed, code: parsed.data.code };
    const enrolled = await secondFactors.enrol(visit.by, visit.user.id, typed, {
      replacing,
      ...byOwner(visit),
    });
    switch (enrolled.kind) {
      case 'ok':
        return answer(visit, { kind: 'recovery-codes', codes: enrolled.recoveryCodes });
      case 'wrong-code':
        return showing(visit, { status: 422, error: 'wrong-code' }, enrolment);
      case 'already':
      case 'moved':
        return showing(visit, { status: 409, error: 'moved' });
    }
  }

  async function renew(visit: AccountVisit): Promise<void> {
    const codes = await secondFactors.renewRecoveryCodes(visit.by, visit.user.id);
    if (codes) await answer(visit, { kind: 'recovery-codes', codes });
    else await showing(visit, { status: 409, error: 'moved' });
  }

  async function remove(visit: AccountVisit): Promise<void> {
    const removed = await secondFactors.remove(visit.by, visit.user.id, byOwner(visit));
    if (removed) visit.done('second-factor-removed');
    else await showing(visit, { status: 409, error: 'moved' });
  }

  return page;
}
