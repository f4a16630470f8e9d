import { AccountLinks } from '#views/account-links.js';
import type { AccountError } from '#views/account-frame.js';
import { z } from 'zod';
import { problemOf } from '../base/problems/problem.js';
import type { ChangeRefusal } from '../changes/change-result.js';
import type { ConnectorService } from '../federation/connectors/connector-service.js';
import type { OwnLinks } from '../federation/own-links/own-links.js';
import type { IdentityLinks } from '../identity/links/identity-links.js';
import { connectorLogo } from '../pages/branding.js';
import type { AccountPage, AccountVisit, FormFields } from './account-page.js';
import { type LinkElsewhereParts, linkElsewhere } from './link-elsewhere.js';

const form = z.strictObject({ link: z.string().max(100) });

interface LinksParts extends Omit<LinkElsewhereParts, 'show'> {
  readonly links: Pick<IdentityLinks, 'of' | 'remove'>;
  readonly connectors: Pick<ConnectorService, 'all'>;
  readonly ownLinks: OwnLinks;
}

/** Lists the user's accounts elsewhere that sign them in, links further ones, and removes links. */
export function linksPage(parts: LinksParts): AccountPage {
  const { links, connectors, ownLinks } = parts;
  const elsewhere = linkElsewhere({ ...parts, show: (visit, refused) => page.show(visit, refused) });
  const page: AccountPage = {
    path: '/links',
    name: 'links',
    forChanges: false,
    async show(visit, refused) {
      const [found, known] = await Promise.all([links.of(visit.user.id), connectors.all()]);
      const offered = await ownLinks.offered(visit.user, found);
      const zone = visit.user.profile.zoneinfo;
      await visit.answer(
        (around) =>
          AccountLinks({
            ...around,
            action: visit.action,
            csrf: { remove: visit.csrf('remove'), connect: visit.csrf('connect') },
            links: found.map(({ id, connector, linkedAt, suspendedAt }) => ({
              ...{ id, linkedAt },
              name: known.get(connector)?.displayName ?? connector,
              ...(suspendedAt !== undefined && { suspendedAt }),
              isHome: connector === visit.user.userstore,
            })),
            offered: offered.map(({ id, displayName, logo }) => ({
              ...{ id, name: displayName },
              ...(logo !== undefined && { logo: connectorLogo(id, logo)?.name }),
            })),
            ...(zone !== undefined && { zone }),
          }),
        refused,
      );
    },
    forms: { remove, connect: elsewhere.connect },
    answered: elsewhere.answered,
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
