import { AccountSessions } from '#views/account-sessions.js';
import { z } from 'zod';
import { hashOf } from '../base/crypto/hash-of.js';
import type { Users } from '../identity/users/users.js';
import type { Session } from '../sessions/session.js';
import { beganAt } from '../sessions/session-end.js';
import type { SessionService } from '../sessions/session-service.js';
import type { Pages } from '../pages/pages.js';
import { type AccountPage, type AccountVisit, buttonAlone, type FormFields, ROWS } from './account-page.js';
import { deviceOf } from '../base/device.js';

const form = z.strictObject({ session: z.string().max(100) });

interface SessionsParts {
  readonly sessions: SessionService;
  readonly users: Pick<Users, 'signOutEverywhere'>;
  readonly pages: Pick<Pages, 'signedOut'>;
}

/** Lists the user's sessions and ends them. */
export function sessionsPage({ sessions, users, pages }: SessionsParts): AccountPage {
  const page: AccountPage = {
    path: '/sessions',
    name: 'sessions',
    forChanges: false,
    async show(visit, refused) {
      const { rows, next } = await listed(visit);
      const zone = visit.user.profile.zoneinfo;
      await visit.answer(
        (around) =>
          AccountSessions({
            ...around,
            action: visit.action,
            csrf: { end: visit.csrf('end'), everywhere: visit.csrf('everywhere') },
            sessions: rows.map((session) => shownAs(session, session.id === visit.session.id)),
            ...(next !== undefined && { further: visit.further(next) }),
            ...(visit.after !== undefined && { first: visit.first }),
            ...(zone !== undefined && { zone }),
          }),
        refused,
      );
    },
    forms: { end, everywhere: buttonAlone((visit, refused) => page.show(visit, refused), everywhere) },
  };

  const listed = ({ user, after }: AccountVisit) =>
    sessions.list(user, { limit: ROWS, ...(after !== undefined && { after }) });

  async function end(visit: AccountVisit, fields: FormFields): Promise<void> {
    const parsed = form.safeParse(Object.fromEntries(fields));
    if (!parsed.success) return page.show(visit, { status: 400, error: 'form-unreadable' });
    // Searched only among the user's own sessions, on the page of the list that they saw.
    const meant = (await listed(visit)).rows.find((session) => handleOf(session) === parsed.data.session);
    const ended = meant && (await sessions.end(visit.by, meant.id));
    if (!ended || ended.ok || ended.refusal.code === 'missing') visit.done('session-ended');
    else await page.show(visit, { status: 409, error: 'moved' });
  }

  async function everywhere(visit: AccountVisit): Promise<void> {
    const signedOut = await users.signOutEverywhere(visit.by, visit.user.id);
    if (signedOut.ok) await pages.signedOut(visit.ctx, {});
    else await page.show(visit, { status: 409, error: 'moved' });
  }

  return page;
}

function shownAs(session: Session, here: boolean) {
  const { agent, address, usedAt } = session;
  const startedAt = beganAt(session);
  const device = deviceOf(agent);
  const handle = handleOf(session);
  return {
    ...{ handle, here, startedAt },
    ...(device && { device }),
    ...(address !== undefined && { address }),
    ...(usedAt !== undefined && { usedAt }),
  };
}

/** A session's uid is never shown: the identifiers that applications know are derived from it. */
const handleOf = ({ id }: Pick<Session, 'id'>): string => hashOf(`handle ${id}`).slice('sha256:'.length);
