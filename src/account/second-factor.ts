import { AccountSecondFactor, type AccountSecondFactorProps } from '#views/account-second-factor.js';
import { z } from 'zod';
import type { Enrolment } from '../identity/second-factor/enrolment.js';
import type { ByOwner } from '../identity/second-factor/change-second-factor.js';
import type { SecondFactorService, SecondFactorSummary } from '../identity/second-factor/second-factor-service.js';
import type { SettingsService } from '../realm/settings/settings-service.js';
import { signOutEpochOf } from '../sessions/sign-out-epoch.js';
import type { KeepSession } from '../sessions/keep-session.js';
import type { Authenticator } from '../sign-in/authenticators/authenticator.js';
import { type EnrollableAuthenticator, enrollableBy, enrollableIn } from '../sign-in/authenticators/second-factors.js';
import {
  type AccountPage,
  type AccountVisit,
  buttonAlone,
  type FormFields,
  type RefusedChange,
} from './account-page.js';

/** The method is absent where there is but one to choose from, and on pages of a version before. */
const method = z.string().max(40).optional();
const form = z.strictObject({ carried: z.string().max(1000), code: z.string().max(200), method });
const button = z.strictObject({ method });

interface SecondFactorParts {
  readonly keepSession: KeepSession;
  readonly secondFactors: SecondFactorService;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly authenticators: readonly Authenticator[];
}

const UNREADABLE: RefusedChange = { status: 400, error: 'form-unreadable' };
const MOVED: RefusedChange = { status: 409, error: 'moved' };

/**
 * Lets users enrol, replace and remove their second factor. Users who have one must have used it within five minutes. With
 * every change all their other sessions end, while this one continues.
 */
export function secondFactorPage(parts: SecondFactorParts): AccountPage {
  const { keepSession, secondFactors, settings, authenticators } = parts;
  const page: AccountPage = {
    path: '/second-factor',
    name: 'second-factor',
    forChanges: true,
    show: (visit, refused) => showing(visit, refused),
    forms: { enrol, begin, renew: buttonAlone(showing, renew), remove },
  };

  async function showing(visit: AccountVisit, refused?: RefusedChange): Promise<void> {
    const [summary, realm] = await Promise.all([secondFactors.summaryOf(visit.user.id), settings.get()]);
    if (summary) return showEnrolled(visit, summary, refused);
    const enrollable = enrollableBy(visit.user, realm, authenticators);
    // The link that the user followed chooses the first one.
    const wanted = enrollable.find((each) => each.method === visit.ctx.query['method']) ?? enrollable[0];
    if (wanted) await showEnrolling(visit, wanted, { refused });
    else await answer(visit, () => ({ kind: 'closed' }), refused);
  }

  function showEnrolled(visit: AccountVisit, summary: SecondFactorSummary, refused: RefusedChange | undefined) {
    const { methods, recoveryCodesLeft } = summary;
    return answer(
      visit,
      (language) => ({
        kind: 'enrolled',
        since: visit.user.secondFactorSince ?? 0,
        recoveryCodesLeft,
        methods: enrollableIn(authenticators).map((each) => ({
          method: each.method,
          name: each.challenge(language).name,
          isEnrolled: methods.includes(each.method),
        })),
      }),
      refused,
    );
  }

  async function showEnrolling(
    visit: AccountVisit,
    authenticator: EnrollableAuthenticator,
    { enrolment, refused }: { readonly enrolment?: Enrolment; readonly refused?: RefusedChange | undefined } = {},
  ): Promise<void> {
    const realm = await settings.get();
    const { secret, carried } = enrolment ?? secondFactors.beginEnrolment(enrolledAt(visit, authenticator));
    const shows = await authenticator.enrolment.show(secret, { issuer: realm.name, account: visit.user.username });
    const isFirst = visit.user.secondFactorSince === undefined;
    const others = isFirst
      ? enrollableBy(visit.user, realm, authenticators).filter((each) => each.method !== authenticator.method)
      : [];
    return answer(
      visit,
      (language) => ({
        kind: 'enrolling',
        ...shows(language),
        method: authenticator.method,
        carried,
        isFirst,
        others: others.map((each) => ({
          name: each.challenge(language).name,
          href: `${visit.first}?method=${each.method}`,
        })),
      }),
      refused,
    );
  }

  function answer(
    visit: AccountVisit,
    shows: (language: Parameters<EnrollableAuthenticator['challenge']>[0]) => AccountSecondFactorProps['shows'],
    refused?: RefusedChange,
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
          shows: shows(around),
          ...(zone !== undefined && { zone }),
        }),
      refused,
    );
  }

  const enrolledAt = ({ user, session }: AccountVisit, { method }: EnrollableAuthenticator) => ({
    userId: user.id,
    within: session.id,
    method,
  });

  /** The authenticator that a form names, or the first; undefined: nobody enrols it. */
  const named = (method: string | undefined): EnrollableAuthenticator | undefined =>
    enrollableIn(authenticators).find((each) => method === undefined || each.method === method);

  const byOwner = ({ user, session }: AccountVisit): ByOwner => ({
    epoch: signOutEpochOf(user),
    surviving: keepSession({ uid: session.id, userId: user.id }),
  });

  async function begin(visit: AccountVisit, fields: FormFields): Promise<void> {
    const parsed = button.safeParse(Object.fromEntries(fields));
    const authenticator = parsed.success ? named(parsed.data.method) : undefined;
    if (!authenticator) return showing(visit, UNREADABLE);
    if (!(await mayEnrol(visit))) return showing(visit);
    return showEnrolling(visit, authenticator);
  }

  async function enrol(visit: AccountVisit, fields: FormFields): Promise<void> {
    const parsed = form.safeParse(Object.fromEntries(fields));
    const authenticator = parsed.success ? named(parsed.data.method) : undefined;
    if (!parsed.success || !authenticator) return showing(visit, UNREADABLE);
    const { carried, code } = parsed.data;
    const enrolment = secondFactors.readEnrolment(enrolledAt(visit, authenticator), carried);
    if (!enrolment) return showing(visit, { status: 403, error: 'stale-form' });
    if (!(await mayEnrol(visit))) return showing(visit);
    const typed = { method: authenticator.method, secret: enrolment.secret, code };
    const enrolled = await secondFactors.enrol(visit.by, visit.user.id, typed, {
      joining: visit.user.secondFactorSince !== undefined,
      ...byOwner(visit),
    });
    switch (enrolled.kind) {
      case 'ok':
        return answer(visit, () => ({ kind: 'recovery-codes', codes: enrolled.recoveryCodes }));
      case 'wrong-code':
        return showEnrolling(visit, authenticator, { enrolment, refused: { status: 422, error: 'wrong-code' } });
      case 'already':
      case 'moved':
        return showing(visit, MOVED);
    }
  }

  /** A user with a second factor has shown it by now. A first one is set up only while enrolment is open. */
  const mayEnrol = async (visit: AccountVisit): Promise<boolean> =>
    enrollableBy(visit.user, await settings.get(), authenticators).length > 0;

  async function renew(visit: AccountVisit): Promise<void> {
    const codes = await secondFactors.renewRecoveryCodes(visit.by, visit.user.id);
    if (codes) await answer(visit, () => ({ kind: 'recovery-codes', codes }));
    else await showing(visit, MOVED);
  }

  async function remove(visit: AccountVisit, fields: FormFields): Promise<void> {
    const parsed = button.safeParse(Object.fromEntries(fields));
    if (!parsed.success) return showing(visit, UNREADABLE);
    const { method } = parsed.data;
    const removed =
      method === undefined
        ? await secondFactors.remove(visit.by, visit.user.id, byOwner(visit))
        : await secondFactors.removeMethod(visit.by, visit.user.id, method, byOwner(visit));
    if (removed) visit.done('second-factor-removed');
    else await showing(visit, MOVED);
  }

  return page;
}
