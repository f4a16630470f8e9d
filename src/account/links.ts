import { AccountLinks } from '#views/account-links.js';
import type { AccountError } from '#views/account-frame.js';
import { z } from 'zod';
import { problemOf } from '../base/problems/problem.js';
import type { ChangeRefusal } from '../changes/change-result.js';
import type { ConnectorService } from '../federation/connectors/connector-service.js';
import type { IdentityLinks } from '../identity/links/identity-links.js';
import type { AccountPage, AccountVisit, FormFields } from './account-page.js';

const form = z.strictObject({ link: z.string().max(100) });

interface LinksParts {
  readonly links: Pick<IdentityLinks, 'of' | 'remove'>;
  readonly connectors: Pick<ConnectorService, 'all'>;
}

/** Lists the user's accounts elsewhere that sign them in, and removes links to them. */
export function linksPage({ links, connectors }: LinksParts): AccountPage {
  const page: AccountPage = {
    path: '/links',
    name: 'links',
    forChanges: false,
    async show(visit, refused) {
      const [found, known] = await Promise.all([links.of(visit.user.id), connectors.all()]);
      const zone = visit.user.profile.zoneinfo;
      await visit.answer(
        (around) =>
          AccountLinks({
            ...around,
            action: visit.action,
            csrf: visit.csrf('remove'),
            links: found.map(({ id, connector, linkedAt, suspendedAt }) => ({
              ...{ id, linkedAt },
              name: known.get(connector)?.displayName ?? connector,
              ...(suspendedAt !== undefined && { suspendedAt }),
              isHome: connector === visit.user.userstore,
            })),
            ...(zone !== undefined && { zone }),
          }),
        refused,
      );
    },
    forms: { remove },
  };

  async function remove(visit: AccountVisit, fields: FormFields): Promise<void> {
    const parsed = form.safeParse(Object.fromEntries(fields));
    if (!parsed.success) return page.show(visit, { status: 400, error: 'form-unreadable' });
    // The service finds it only among the user's own.
    const removed = await links.remove(visit.by, visit.user.id, parsed.data.link);
    // If it is gone already, it was removed in another tab, as wanted.
    if (removed.ok || removed.refusal.code === 'missing') visit.done('link-removed');
    else await page.show(visit, { status: 409, error: errorOf(removed.refusal) });
  }

  return page;
}

function errorOf({ problems }: ChangeRefusal): AccountError {
  if (problemOf(problems, 'last-way-in')) return 'last-way-in';
  return problemOf(problems, 'home-link') ? 'home-link' : 'moved';
}
