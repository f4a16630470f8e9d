import { AccountSignIns, type ListedSignIn } from '#views/account-sign-ins.js';
import type { OpenedRecord } from '../audit/audit-trail.js';
import type { Page, PageRequest } from '../base/paging.js';
import { ACCOUNT_CLIENT } from '../realm/clients/account-client.js';
import type { ClientService } from '../realm/clients/client-service.js';
import { type AccountPage, ROWS } from './account-page.js';
import { deviceOf } from '../base/device.js';

interface SignInsParts {
  /** The audit records of a user's sign-ins, the latest first. */
  readonly signIns: (userId: string, page: PageRequest) => Promise<Page<OpenedRecord>>;
  readonly clients: Pick<ClientService, 'getMany'>;
}

/** Lists the user's sign-ins and the failed attempts at their account. */
export function signInsPage({ signIns, clients }: SignInsParts): AccountPage {
  return {
    path: '/sign-ins',
    name: 'sign-ins',
    forChanges: false,
    async show(visit, refused) {
      const { user, after } = visit;
      const { rows, next } = await signIns(user.id, { limit: ROWS, ...(after !== undefined && { after }) });
      const known = await clients.getMany([...new Set(rows.flatMap(({ clientId }) => clientId ?? []))]);
      const zone = user.profile.zoneinfo;
      await visit.answer(
        (around) =>
          AccountSignIns({
            ...around,
            signIns: rows.map((record) => shownAs(record, (id) => known.get(id)?.name ?? id)),
            ...(next !== undefined && { further: visit.further(next) }),
            ...(after !== undefined && { first: visit.first }),
            ...(zone !== undefined && { zone }),
          }),
        refused,
      );
    },
    forms: {},
  };
}

function shownAs({ id, at, clientId, actor, ...how }: OpenedRecord, nameOf: (id: string) => string): ListedSignIn {
  const from = actor === undefined || typeof actor === 'string' ? {} : actor;
  const device = deviceOf(from.agent);
  return {
    ...{ id, at, result: resultOf(how) },
    ...(device && { device }),
    ...(from.address !== undefined && { address: from.address }),
    ...(clientId !== undefined && clientId !== ACCOUNT_CLIENT && { application: nameOf(clientId) }),
  };
}

/** Users need to know whether somebody guessed at their password or code. Everything else was a refusal by a rule. */
function resultOf({ outcome, why }: Pick<OpenedRecord, 'outcome' | 'why'>): ListedSignIn['result'] {
  if (outcome === 'success') return 'signed-in';
  if (why === 'wrong-credentials') return 'wrong-password';
  return why === 'wrong-code' || why === 'used-code' ? 'wrong-code' : 'refused';
}
