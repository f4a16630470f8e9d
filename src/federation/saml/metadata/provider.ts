import type { X509Certificate } from 'node:crypto';
import { hours, type Instant, minutes, now } from '../../../base/clock.js';
import { moment } from '../../../base/text/moment.js';
import { fetchFault } from '../../connectors/fetch-fault.js';
import { RationedRead } from '../../connectors/rationed-read.js';
import type { RedirectParts } from '../../contract/connector-kind.js';
import { SamlFailure } from '../faults.js';
import type { KnownProvider } from '../reader/reader.js';
import { certificateIn } from '../settings/certificate-text.js';
import type { SamlSettings } from '../settings/saml-settings.js';
import { type DescribedProvider, readMetadata } from './read-metadata.js';

/** How long metadata of an address are used before they are read again. They may ask for less. */
const HELD = hours(1);
const SHORTEST_HELD = minutes(5);
/** How long those before are used on where they can't be read again, unless their own time is over. Then they are tried again. */
const USED_ON = minutes(10);

type SamlProviderParts = Pick<RedirectParts<SamlSettings>, 'settings' | 'fetch' | 'report'>;

/** One provider: as its metadata describe it, or as an administrator does. */
export class SamlProvider {
  readonly #settings: SamlSettings['connection'];
  readonly #fetch: SamlProviderParts['fetch'];
  readonly #report: SamlProviderParts['report'];
  readonly #rationed = new RationedRead(() => this.read());
  /** What was read last. It outlives a failure. */
  #held: { readonly provider: DescribedProvider; readonly until: Instant } | undefined;
  #reading: Promise<DescribedProvider> | undefined;

  constructor({ settings, fetch, report }: SamlProviderParts) {
    this.#settings = settings.connection;
    this.#fetch = fetch;
    this.#report = report;
  }

  /** @throws SamlFailure */
  described(): Promise<DescribedProvider> {
    return this.#current() ?? this.#orUsedOn(this.#readOnce());
  }

  /**
   * Like {@link described}, where anybody can cause it: while the provider is away, it is asked as often as {@link RationedRead} allows.
   *
   * @throws SamlFailure
   */
  describedForStranger(): Promise<DescribedProvider> {
    return this.#current() ?? this.#orUsedOn(this.#rationed.get());
  }

  #current(): Promise<DescribedProvider> | undefined {
    const held = this.#held;
    return held && held.until > now() && isInTime(held.provider) ? Promise.resolve(held.provider) : undefined;
  }

  async #orUsedOn(reading: Promise<DescribedProvider>): Promise<DescribedProvider> {
    try {
      return await reading;
    } catch (error) {
      const held = this.#held;
      if (!(error instanceof SamlFailure) || !held || !isInTime(held.provider)) throw error;
      // Of all that wait for one reading, the first one says so.
      if (held.until <= now()) {
        this.#held = { provider: held.provider, until: now() + USED_ON };
        const { reason, details } = error.fault;
        this.#report({ reason, details: { ...details, usedOnUntil: moment(now() + USED_ON) } });
      }
      return held.provider;
    }
  }

  /**
   * Like {@link described}, where a message by an unknown key can cause it: the address is asked as often as {@link RationedRead} allows.
   *
   * @throws SamlFailure
   */
  async readAgain(): Promise<DescribedProvider> {
    return this.#settings.metadata === undefined ? this.described() : this.#rationed.get();
  }

  /** When the last certificate of the provider ends, as far as it is known. */
  get certificateUntil(): Instant | undefined {
    const ends = this.#held?.provider.certificates.map(({ validToDate }) => validToDate.getTime()) ?? [];
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** Reads what describes the provider anew. @throws SamlFailure */
  async read(): Promise<DescribedProvider> {
    const provider = await this.#source();
    const held = Math.max(SHORTEST_HELD, Math.min(HELD, provider.cacheFor ?? HELD));
    this.#held = { provider, until: now() + held };
    // A later certificate among them is the one that counts.
    if (provider.certificates.every(isExpired)) this.#report({ reason: 'certificate-expired' });
    return provider;
  }

  #readOnce(): Promise<DescribedProvider> {
    this.#reading ??= this.read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #source(): Promise<DescribedProvider> {
    const { metadata, metadataXml, metadataCertificate, idpEntityId } = this.#settings;
    const xml = metadata === undefined ? metadataXml : await this.#metadataAt(metadata);
    if (xml === undefined) return this.#byHand();
    const key = metadataCertificate === undefined ? undefined : certificateIn(metadataCertificate)?.publicKey;
    return readMetadata(xml, { entityId: idpEntityId, at: now(), ...(key && { signedBy: key }) });
  }

  #byHand(): DescribedProvider {
    const { idpEntityId, ssoUrl = '', sloUrl, certificates = [], binding, signRequests } = this.#settings;
    return {
      ...{ entityId: idpEntityId, signIn: { [binding]: { url: ssoUrl } }, wantsSignedRequests: signRequests },
      signOut: sloUrl === undefined ? {} : { [binding]: { url: sloUrl } },
      certificates: certificates.flatMap((text) => certificateIn(text) ?? []),
    };
  }

  async #metadataAt(url: string): Promise<string> {
    const signal = AbortSignal.timeout(this.#settings.timeout);
    let response: Response;
    let body: string;
    try {
      const headers = { accept: 'application/samlmetadata+xml, application/xml, text/xml' };
      response = await this.#fetch(url, { method: 'GET', headers, signal });
      body = await response.text();
    } catch (error) {
      throw new SamlFailure(fetchFault(error, signal), undefined, { cause: error });
    }
    const { status } = response;
    if (status >= 500 || status === 429) throw new SamlFailure('server-failing', { status });
    if (status >= 300 && status < 400) throw new SamlFailure('redirected', { status });
    if (status === 404) throw new SamlFailure('metadata-missing', { status });
    if (status !== 200) throw new SamlFailure('status-unexpected', { status });
    return body;
  }
}

const isInTime = ({ validUntil }: DescribedProvider): boolean => validUntil === undefined || validUntil > now();

/** For the reader: whose signatures count. @throws SamlFailure if the settings refuse expired certificates, and there is no other */
export function knownProvider(
  { entityId, certificates }: DescribedProvider,
  { expiredCertificate }: Pick<SamlSettings['connection'], 'expiredCertificate'>,
): KnownProvider {
  const used = expiredCertificate === 'refuse' ? certificates.filter((each) => !isExpired(each)) : certificates;
  if (used.length === 0) throw new SamlFailure('certificate-expired');
  return { entityId, signingKeys: used.map(({ publicKey }) => publicKey) };
}

export const isExpired = ({ validToDate }: X509Certificate): boolean => validToDate.getTime() <= now();
