import { now, seconds } from '../../base/clock.js';
import type { ReceivedAnswer } from '../contract/redirect-connector.js';
import { type SamlFault, SamlFailure, type SamlReason } from './faults.js';
import { assertionText } from './kept-assertion.js';
import { knownProvider } from './metadata/provider.js';
import type { DescribedProvider } from './metadata/read-metadata.js';
import { readAside } from './reader/read-aside.js';
import type { ReadResponse } from './reader/reader.js';
import { requestId } from './requests/request-id.js';
import { entityIdOf, readByKnownKeys, type SamlParts } from './saml-parts.js';
import { signOutNames } from './sign-out-names.js';

/** SAML Bindings 3.5.3: `RelayState` has at most 80 bytes. */
const LONGEST_STATE = 80;

/** What {@link receiveAnswer} says where the person, or the provider, said no. */
export const DENIED = 'denied';

/** What the codes of a response mean that signs nobody in (SAML Core 3.2.2.2). The second one says more, where there is one. */
const STATUS: ReadonlyMap<string, SamlReason | typeof DENIED> = new Map<string, SamlReason | typeof DENIED>([
  ['AuthnFailed', DENIED],
  ['RequestDenied', 'saml-request-denied'],
  ['NoPassive', 'saml-no-passive'],
  ['NoAuthnContext', 'saml-no-authn-context'],
  ['InvalidNameIDPolicy', 'saml-request-refused'],
  ['RequestUnsupported', 'saml-request-refused'],
  ['UnsupportedBinding', 'saml-request-refused'],
  ['RequestVersionTooHigh', 'saml-request-refused'],
  ['Requester', 'saml-request-refused'],
  ['VersionMismatch', 'saml-request-refused'],
]);

/**
 * Reads a response by itself. Whose browser brings it is not known. Never throws {@link SamlFailure}: it becomes a code.
 *
 * @param failed hears of each failure
 */
export async function receiveAnswer(
  parts: SamlParts,
  fields: ReadonlyMap<string, string>,
  failed: (fault: SamlFault) => void,
): Promise<ReceivedAnswer> {
  const written = fields.get('RelayState');
  const state = written !== undefined && written.length <= LONGEST_STATE ? written : undefined;
  try {
    const encoded = fields.get('SAMLResponse');
    if (encoded === undefined) throw new SamlFailure('saml-not-posted');
    const read = await readByKnownKeys(parts, (described) => readBy(parts, described, encoded, state));
    return received(parts, read, state);
  } catch (error) {
    if (!(error instanceof SamlFailure)) throw error;
    failed(error.fault);
    return { kind: 'failed', code: error.fault.reason, ...(state !== undefined && { state }) };
  }
}

async function readBy(
  { settings: { connection }, addresses, keys, settings }: SamlParts,
  described: DescribedProvider,
  encoded: string,
  state: string | undefined,
): Promise<ReadResponse> {
  const read = await readAside(encoded, {
    ...{ provider: knownProvider(described, connection), entityId: entityIdOf({ settings, addresses }) },
    ...{ address: addresses.callback, decryptionKeys: keys.map(({ privateKey }) => privateKey), at: now() },
    ...{ clockSkew: seconds(connection.clockSkew), signed: connection.signed },
    requestIds: state === undefined ? [] : keys.map((key) => requestId(key, state)),
    takesUnsolicited: connection.idpInitiated !== undefined,
  });
  if (read === 'busy') throw new SamlFailure('too-many-waiting');
  return read;
}

function received(parts: SamlParts, read: ReadResponse, state: string | undefined): ReceivedAnswer {
  switch (read.kind) {
    case 'verified': {
      const { assertion } = read;
      const { encryption } = parts.settings.connection;
      if (encryption === 'required' && !assertion.wasEncrypted) throw new SamlFailure('saml-not-encrypted');
      const once = { id: assertion.id, expiresAt: assertion.expiresAt };
      const isAnswer = !assertion.isUnsolicited && state !== undefined;
      return {
        ...{ kind: 'received', text: assertionText(assertion), once, ...signOutNames(assertion) },
        ...(isAnswer && { state }),
      };
    }
    case 'not-signed-in': {
      const { status, detail } = read;
      const code = STATUS.get(detail ?? '') ?? STATUS.get(status) ?? 'saml-provider-failed';
      // The administrator looks for it in the log of the provider.
      parts.report({ reason: code, details: { status, ...(detail !== undefined && { detail }) } });
      return { kind: 'failed', code, ...(state !== undefined && { state }) };
    }
    case 'refused':
      throw new SamlFailure(read.reason, read.within === undefined ? undefined : { within: read.within });
  }
}
