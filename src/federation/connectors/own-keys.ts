import { createPrivateKey, generateKeyPair, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { days, type Instant, now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import type { CertifyOwnKey, OwnKey } from '../contract/connector-kind.js';
import type { ConnectorKinds } from './connector-settings.js';

/**
 * The key pairs of a connector, for a protocol in which it signs and the upstream encrypts for it. `next` is announced and not used yet, `current`
 * signs, and `former` only opens what was encrypted before.
 */
export const OWN_KEY_STATES = ['next', 'current', 'former'] as const;
export type OwnKeyState = (typeof OWN_KEY_STATES)[number];

const stored = z.strictObject({
  id: z.string(),
  state: z.enum(OWN_KEY_STATES),
  madeAt: z.int(),
  /** DER, in base64. */
  certificate: z.string(),
  /** PKCS #8, as PEM. */
  privateKey: z.string(),
});

type StoredOwnKey = z.output<typeof stored>;

/** A pair as administrators see it. */
export interface OwnKeyView {
  readonly state: OwnKeyState;
  readonly madeAt: Instant;
  /** PEM. */
  readonly certificate: string;
  readonly until: Instant;
  /** SHA-256 of the certificate, as tools print it. */
  readonly fingerprint: string;
}

/** How a kind certifies the keys of its connectors. Undefined: its connectors have none. */
export function certifierOf(kinds: ConnectorKinds, name: string): CertifyOwnKey | undefined {
  const kind = kinds.get(name);
  return kind?.signsInBy === 'redirect' ? kind.certify : undefined;
}

/** A certificate here is an envelope for a key: it lasts so long that only a roll-over ends it. */
const LASTS = days(3650);

const newPair = promisify(generateKeyPair);

async function newOwnKey(state: OwnKeyState, connector: string, certify: CertifyOwnKey): Promise<StoredOwnKey> {
  const pair = await newPair('rsa', { modulusLength: 3072 });
  const at = now();
  // Other clocks may be behind.
  const certificate = certify(pair, `Gatehouse ${connector}`, { from: at - days(1), until: at + LASTS });
  const privateKey = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { id: newId(), state, madeAt: at, certificate: certificate.toString('base64'), privateKey };
}

/** The keys of a new connector, as they are stored. */
export const firstOwnKeys = async (connector: string, certify: CertifyOwnKey): Promise<string> =>
  JSON.stringify([await newOwnKey('current', connector, certify)]);

/** We wrote it; the seal proves that. */
const readKeys = (text: string): readonly StoredOwnKey[] => z.array(stored).parse(JSON.parse(text));

/** For the connector: newest first. */
export const openedOwnKeys = (text: string): readonly OwnKey[] =>
  inOrder(readKeys(text)).map(({ state, certificate, privateKey }) => ({
    ...{ state, certificate: Buffer.from(certificate, 'base64'), privateKey: createPrivateKey(privateKey) },
  }));

export const viewedOwnKeys = (text: string): readonly OwnKeyView[] =>
  inOrder(readKeys(text)).map(({ state, madeAt, certificate }) => {
    const read = new X509Certificate(Buffer.from(certificate, 'base64'));
    const { validToDate, fingerprint256: fingerprint } = read;
    return { state, madeAt, certificate: read.toString(), until: validToDate.getTime(), fingerprint };
  });

const inOrder = (keys: readonly StoredOwnKey[]): readonly StoredOwnKey[] =>
  OWN_KEY_STATES.flatMap((state) => keys.filter((key) => key.state === state));

/** A step of a roll-over: announce a new pair, sign by it, forget the one before. */
export const OWN_KEY_STEPS = ['prepare', 'activate', 'retire'] as const;
export type OwnKeyStep = (typeof OWN_KEY_STEPS)[number];

/** The keys after a step, as they are stored. Undefined: there is nothing that the step could do. */
export async function rolledOwnKeys(
  text: string,
  step: OwnKeyStep,
  connector: string,
  certify: CertifyOwnKey,
): Promise<string | undefined> {
  const keys = readKeys(text);
  const has = (state: OwnKeyState): boolean => keys.some((key) => key.state === state);
  switch (step) {
    case 'prepare':
      return has('next') ? undefined : JSON.stringify([await newOwnKey('next', connector, certify), ...keys]);
    case 'activate':
      return has('next') ? JSON.stringify(keys.flatMap(advanced)) : undefined;
    case 'retire':
      return has('former') ? JSON.stringify(keys.filter(({ state }) => state !== 'former')) : undefined;
  }
}

function advanced(key: StoredOwnKey): readonly StoredOwnKey[] {
  switch (key.state) {
    case 'next':
      return [{ ...key, state: 'current' }];
    case 'current':
      return [{ ...key, state: 'former' }];
    case 'former':
      return [];
  }
}
