import { AccountApplications, type ConsentedApplication } from '#views/account-applications.js';
import { z } from 'zod';
import type { ClientService } from '../realm/clients/client-service.js';
import { type Consent, consentedOf, isGivenTo } from '../sessions/consents/consent.js';
import type { ConsentService } from '../sessions/consents/consent-service.js';
import { scopesInWords, type ResourceServerWords } from '../pages/scopes-in-words.js';
import { type AccountPage, type AccountVisit, type FormFields, ROWS } from './account-page.js';

const form = z.strictObject({ client: z.string().max(200) });

interface ApplicationsParts {
  readonly consents: Pick<ConsentService, 'list' | 'withdraw'>;
  readonly clients: Pick<ClientService, 'getMany'>;
  readonly resourceServer: ResourceServerWords;
}

/** Lists the user's consents per application, and withdraws them. */
export function applicationsPage({ consents, clients, resourceServer }: ApplicationsParts): AccountPage {
  const page: AccountPage = {
    path: '/applications',
    name: 'applications',
    forChanges: false,
    async show(visit, refused) {
      const { after } = visit;
      const { rows, next } = await consents.list(visit.user.id, { limit: ROWS, ...(after !== undefined && { after }) });
      const known = await clients.getMany(rows.map(({ clientId }) => clientId));
      // Consent to an earlier application with this id does not count for the current one.
      const lasting = rows.filter((consent) => {
        const client = known.get(consent.clientId);
        return client === undefined || isGivenTo(consent, client);
      });
      const applications = await Promise.all(
        lasting.map((consent) => shownAs(consent, known.get(consent.clientId)?.name)),
      );
      const zone = visit.user.profile.zoneinfo;
      await visit.answer(
        (around) =>
          AccountApplications({
            ...around,
            action: visit.action,
            csrf: visit.csrf('withdraw'),
            applications,
            ...(next !== undefined && { further: visit.further(next) }),
            ...(after !== undefined && { first: visit.first }),
            ...(zone !== undefined && { zone }),
          }),
        refused,
      );
    },
    forms: { withdraw },
  };

  async function shownAs(consent: Consent, name: string | undefined): Promise<ConsentedApplication> {
    const { clientId, scopes, claims, givenAt, givenBy, userId } = consent;
    return {
      id: clientId,
      name: name ?? clientId,
      scopes,
      claims,
      resources: await scopesInWords(consentedOf(consent).resourceScopes, resourceServer),
      givenAt,
      onBehalf: givenBy.kind !== 'user' || givenBy.id !== userId,
    };
  }

  async function withdraw(visit: AccountVisit, fields: FormFields): Promise<void> {
    const parsed = form.safeParse(Object.fromEntries(fields));
    if (!parsed.success) return page.show(visit, { status: 400, error: 'form-unreadable' });
    const withdrawn = await consents.withdraw(visit.by, visit.user.id, parsed.data.client);
    // If it is gone already, it was withdrawn in another tab, as wanted.
    if (withdrawn.ok || withdrawn.refusal.code === 'missing') visit.done('withdrawn');
    else await page.show(visit, { status: 409, error: 'moved' });
  }

  return page;
}
