import { ProviderFailure } from '../client/faults.js';
import { valueAt } from './json-path.js';
import type { EmailField, EmailList } from './oauth2-settings.js';
import type { ProviderApi } from './provider-api.js';

/** An address as the provider vouches for it, or not. */
export interface ProvidedEmail {
  readonly address: string;
  readonly isVerified: boolean;
}

/** Statuses for a token that may not read addresses: the person, or the client, did not allow it. */
const NOT_ALLOWED: ReadonlySet<unknown> = new Set([403, 404]);

/**
 * The one address of a list that has all flags. Undefined: there is none, or it may not be read. Nobody is kept out for that.
 *
 * @throws ProviderFailure
 */
export async function listedEmail(api: ProviderApi, list: EmailList): Promise<ProvidedEmail | undefined> {
  let items: readonly unknown[];
  try {
    items = await api.list(list, 'answer-too-large');
  } catch (error) {
    if (isNotAllowed(error)) return undefined;
    throw error;
  }
  const item = items.find((each) => list.flags.every((flag) => valueAt(each, flag) === true));
  const address = mailbox(valueAt(item, list.address));
  const domain = address?.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (address === undefined || domain === undefined || list.notMailboxes.includes(domain)) return undefined;
  return { address, isVerified: true };
}

/** The address of the profile. Undefined: it has none. */
export function profileEmail(profile: unknown, { from, verified }: EmailField): ProvidedEmail | undefined {
  const address = mailbox(valueAt(profile, from));
  if (address === undefined) return undefined;
  return { address, isVerified: verified === 'always' || (verified !== 'never' && isTrue(profile, verified.field)) };
}

const isTrue = (profile: unknown, field: string): boolean => {
  const value = valueAt(profile, field);
  return value === true || value === 'true';
};

const isNotAllowed = (error: unknown): boolean =>
  error instanceof ProviderFailure &&
  error.fault.reason === 'userinfo-refused' &&
  NOT_ALLOWED.has(error.fault.details?.['status']);

/** What has the look of an address. Whether it can be one here is decided by the mapping. */
const mailbox = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(value) && value.isWellFormed() ? value : undefined;
