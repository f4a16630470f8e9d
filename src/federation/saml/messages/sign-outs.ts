import { z } from 'zod';
import { now, seconds } from '../../../base/clock.js';
import { newId } from '../../../base/crypto/ids.js';
import type {
  BroughtMessage,
  BroughtSignOut,
  BrowserTarget,
  UpstreamSignOutRequest,
} from '../../contract/redirect-connector.js';
import { endpointFor } from '../begin-sign-in.js';
import { knownProvider } from '../metadata/provider.js';
import type { DescribedProvider } from '../metadata/read-metadata.js';
import type { ReadSignOutMessage, SamlNameId } from '../reader/reader.js';
import { send } from '../requests/send.js';
import { entityIdOf, readByKnownKeys, type SamlParts, signingKey } from '../saml-parts.js';
import { logoutRequest, logoutResponse } from './logout-messages.js';
import { readSignOutMessage } from './read-sign-out.js';

/** In bytes (SAML Bindings 3.4.3). */
const LONGEST_STATE = 80;

/**
 * The id of a request, from the state. The answer has to name it (`InResponseTo`), while some providers lose `RelayState`. An id begins with
 * no digit (XML Schema, `xs:ID`).
 */
const idOf = (state: string): string => `_${state}`;
const stateOf = (id: string): string | undefined =>
  id.length <= 1 + LONGEST_STATE ? /^_(.+)$/.exec(id)?.[1] : undefined;

/** What a sign-in keeps for a sign-out there. */
const signOutHint = z.strictObject({
  nameId: z.strictObject({
    value: z.string(),
    format: z.string().exactOptional(),
    nameQualifier: z.string().exactOptional(),
    spNameQualifier: z.string().exactOptional(),
  }),
  sessionIndex: z.string().exactOptional(),
});

export const signOutHintText = (hint: { readonly nameId: SamlNameId; readonly sessionIndex?: string }): string =>
  JSON.stringify(hint);

/**
 * Where the browser signs out at the provider. Undefined if it has no address for that, or the session began before anything was kept for it.
 *
 * @throws SamlFailure
 */
export async function signOutTarget(
  parts: SamlParts,
  { state, hint }: UpstreamSignOutRequest,
): Promise<BrowserTarget | undefined> {
  const known = hint === undefined ? undefined : signOutHint.safeParse(JSON.parse(hint)).data;
  const { signOut } = await parts.provider.describedForStranger();
  const to = endpointFor(signOut, parts.settings.connection.binding);
  if (!known || !to) return undefined;
  const key = signingKey(parts);
  const xml = logoutRequest({
    ...{ id: idOf(state), at: now(), issuer: entityIdOf(parts), destination: to.url },
    ...{ nameId: known.nameId, sessionIndex: known.sessionIndex },
  });
  return send({ kind: 'SAMLRequest', xml, relayState: state }, to, key);
}

/** Reads what a browser brings from the provider. @throws SamlFailure */
export async function readSignOut(parts: SamlParts, message: BroughtMessage): Promise<BroughtSignOut> {
  const read = await readByKnownKeys(parts, (described) => readBy(parts, described, message));
  switch (read.kind) {
    case 'refused':
      return { kind: 'refused', reason: read.reason };
    case 'response': {
      const { inResponseTo, isSuccess, isSigned } = read;
      const state = stateOf(inResponseTo);
      if (state === undefined) return { kind: 'refused', reason: 'saml-in-response-to' };
      return { kind: 'answered', state, isDone: isSuccess && isSigned };
    }
    case 'request': {
      const { id, nameId, sessionIndexes, expiresAt } = read;
      return {
        kind: 'ended',
        signedOut: {
          who: { by: 'sign-out-name', name: nameId.value },
          ...(sessionIndexes.length > 0 && { sessions: sessionIndexes }),
          once: { id, expiresAt },
        },
        answer: (isDone) => answerTo(parts, { inResponseTo: id, isDone, relayState: relayStateOf(message) }),
      };
    }
  }
}

const readBy = (parts: SamlParts, described: DescribedProvider, message: BroughtMessage): ReadSignOutMessage => {
  const { settings, addresses, keys } = parts;
  return readSignOutMessage(message, {
    ...{ provider: knownProvider(described, settings.connection), entityId: entityIdOf(parts), at: now() },
    ...{ address: addresses.signOut, decryptionKeys: keys.map(({ privateKey }) => privateKey) },
    clockSkew: seconds(settings.connection.clockSkew),
  });
};

function relayStateOf({ binding, query, fields }: BroughtMessage): string | undefined {
  const state = binding === 'post' ? fields.get('RelayState') : new URLSearchParams(query).get('RelayState');
  return typeof state !== 'string' || Buffer.byteLength(state) > LONGEST_STATE ? undefined : state;
}

/** Our answer, by the binding that the provider takes. Undefined: it takes none. @throws SamlFailure */
async function answerTo(
  parts: SamlParts,
  answer: { readonly inResponseTo: string; readonly isDone: boolean; readonly relayState: string | undefined },
): Promise<BrowserTarget | undefined> {
  const { signOut } = await parts.provider.describedForStranger();
  const to = endpointFor(signOut, parts.settings.connection.binding);
  if (!to) return undefined;
  const url = to.response ?? to.url;
  const key = signingKey(parts);
  const { inResponseTo, isDone, relayState } = answer;
  const message = { id: `_${newId()}`, at: now(), issuer: entityIdOf(parts), destination: url };
  const xml = logoutResponse({ ...message, inResponseTo, isDone });
  return send(
    { kind: 'SAMLResponse', xml, ...(relayState !== undefined && { relayState }) },
    { url, binding: to.binding },
    key,
  );
}
