import { z } from 'zod';
import { type Instant, now } from '../../base/clock.js';
import type { BrowserTarget, RedirectRequest } from '../contract/redirect-connector.js';
import { SamlFailure } from './faults.js';
import type { DescribedProvider, SamlBinding, SamlEndpoints } from './metadata/read-metadata.js';
import { authnRequest } from './requests/authn-request.js';
import { requestId } from './requests/request-id.js';
import { send } from './requests/send.js';
import { entityIdOf, type SamlParts, signingKey } from './saml-parts.js';

/** What a sign-in has to remember while the browser is away. */
export interface PendingSamlSignIn {
  readonly begunAt: Instant;
  readonly maxAgeSeconds?: number;
}

const pending: z.ZodType<PendingSamlSignIn> = z.strictObject({
  begunAt: z.int(),
  maxAgeSeconds: z.number().min(0).exactOptional(),
});

/** @throws SamlFailure if it is not what {@link beginSamlSignIn} wrote */
export function readPendingSaml(text: string): PendingSamlSignIn {
  const read = pending.safeParse(jsonIn(text));
  if (!read.success) throw new SamlFailure('pending-unreadable');
  return read.data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends somebody to the provider (SAML Profiles 4.1.3.2). @throws SamlFailure */
export async function beginSamlSignIn(
  parts: SamlParts,
  request: RedirectRequest,
): Promise<BrowserTarget & { readonly kept: string }> {
  const { settings, provider, addresses } = parts;
  const { connection } = settings;
  const described = await provider.described();
  const to = endpointFor(described.signIn, connection.binding);
  if (!to) throw new SamlFailure('metadata-no-sign-in');
  const key = signingKey(parts);
  const { state, maxAgeSeconds, wishedMaxAgeSeconds, wishedLevels, choosesAccount, loginHint, passive } = request;
  const at = now();
  const xml = authnRequest({
    ...{ id: requestId(key, state), at, issuer: entityIdOf(parts), destination: to.url, callback: addresses.callback },
    // SAML knows no age of a sign-in, and no choice of an account: a person is asked anew, or not.
    isForced: maxAgeSeconds !== undefined || wishedMaxAgeSeconds !== undefined || choosesAccount === true,
    isPassive: passive === true,
    ...(connection.nameIdFormat !== undefined && { nameIdFormat: connection.nameIdFormat }),
    ...(wishedLevels && { contextClasses: wishedLevels }),
  });
  const hint = connection.loginHintParameter;
  const target = send(
    {
      ...{ kind: 'SAMLRequest', xml, relayState: state },
      ...(hint !== undefined && loginHint !== undefined && { more: new Map([[hint, loginHint]]) }),
    },
    to,
    isSigned(connection, described) ? key : undefined,
  );
  const remembered: PendingSamlSignIn = { begunAt: at, ...(maxAgeSeconds !== undefined && { maxAgeSeconds }) };
  return { ...target, kept: JSON.stringify(remembered) };
}

const isSigned = (
  { signRequests }: { readonly signRequests: boolean },
  { wantsSignedRequests }: DescribedProvider,
): boolean => signRequests || wantsSignedRequests;

/** Where messages go by this binding, or by the other one where the provider takes no other. */
export function endpointFor(
  endpoints: SamlEndpoints,
  wished: SamlBinding,
): { readonly url: string; readonly response?: string; readonly binding: SamlBinding } | undefined {
  const order: readonly SamlBinding[] = wished === 'post' ? ['post', 'redirect'] : ['redirect', 'post'];
  for (const binding of order) {
    const endpoint = endpoints[binding];
    if (endpoint) return { ...endpoint, binding };
  }
  return undefined;
}
