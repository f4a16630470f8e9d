import { z } from 'zod';
import { redirectUriFault } from './redirect-uri.js';
import { KNOWN_SCOPES } from './scopes.js';

const clientId = z
  .string()
  .regex(
    /^[A-Za-z0-9._~-]{1,100}$/,
    'A client id has 1 to 100 letters, digits and . _ ~ - (nothing that a URL would encode).',
  );

const uris = z.array(z.string().max(2000)).max(50).default([]);

/** A client as it is asked for, from a face or the realm file. What is not named here is refused. */
export const clientInput = z
  .strictObject({
    id: clientId,
    name: z.string().trim().min(1).max(200),
    applicationType: z.enum(['web', 'native']).default('web'),
    authentication: z.enum(['none', 'client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
    redirectUris: uris,
    postLogoutRedirectUris: uris,
    grantTypes: z
      .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials']))
      .min(1)
      .default(['authorization_code', 'refresh_token']),
    firstParty: z.boolean().default(false),
    scopes: z.array(z.enum(KNOWN_SCOPES)).default(['openid', 'profile', 'email']),
    resourceServers: z.array(z.string()).max(100).default([]),
    defaultResourceServer: z.string().exactOptional(),
  })
  .superRefine((client, context) => {
    const refuse = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });

    for (const field of ['redirectUris', 'postLogoutRedirectUris'] as const) {
      client[field].forEach((uri, at) => {
        const fault = redirectUriFault(uri, client.applicationType);
        if (fault) refuse([field, at], `${JSON.stringify(uri)} ${fault}`);
      });
    }
    for (const field of [
      'redirectUris',
      'postLogoutRedirectUris',
      'grantTypes',
      'scopes',
      'resourceServers',
    ] as const) {
      if (new Set<string>(client[field]).size < client[field].length) refuse([field], 'names the same thing twice.');
    }

    const grants = new Set(client.grantTypes);
    if (grants.has('authorization_code') && client.redirectUris.length === 0) {
      refuse(['redirectUris'], 'A client that signs people in (authorization_code) needs a redirect URI.');
    }
    if (grants.has('refresh_token') && !grants.has('authorization_code')) {
      refuse(['grantTypes'], 'A refresh_token comes of an authorization_code: name both, or neither.');
    }
    if (grants.has('client_credentials') && client.authentication === 'none') {
      // RFC 6749 4.4: only a client that can prove who it is acts for itself.
      refuse(['grantTypes'], 'A client without authentication cannot have client_credentials.');
    }
    const meant = client.defaultResourceServer;
    if (meant !== undefined && !client.resourceServers.includes(meant)) {
      refuse(['defaultResourceServer'], 'The default resource server must be one of resourceServers.');
    }
  });

export type ClientInput = z.infer<typeof clientInput>;
