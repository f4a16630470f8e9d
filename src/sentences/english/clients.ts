import type { UriFault } from '../../realm/clients/client-problems.js';
import type { Sentences } from '../sentences.js';

export const clientSentences = {
  uri: ({ uri, fault }) => `${JSON.stringify(uri)} ${wrongUri(fault)}`,
  'client-id-form': () => 'A client id has 1 to 100 letters, digits and . _ ~ - (nothing that a URL would encode).',
  'userstore-name-form': () => 'The name of a userstore has 1 to 100 small letters, digits and hyphens.',
  'sector-form': () => 'A sector is named by a host, as example.com: without scheme, port and path.',
  'same-thing-twice': () => 'names the same thing twice.',
  'client-id-taken': ({ id }) => `The id ${id} is or was a user's.`,
  'client-built-in': ({ id }) => `The client ${id} is in every realm.`,
  'client-unknown-resource-server': ({ client, resourceServer }) =>
    `Client ${client} names the resource server ${resourceServer}, which does not exist.`,
  'client-has-no-secret': ({ client, authentication }) =>
    `Client ${client} authenticates by ${authentication} and has no secret.`,
  'client-can-have-no-secret': ({ client, authentication }) =>
    `Client ${client} authenticates by ${authentication} and can't have a secret.`,
  'client-secrets-full': ({ client, secrets }) =>
    `Client ${client} has ${secrets} secrets that are good. Remove one before another is added.`,
  'client-secret-unknown': ({ client, secret }) => `There is no secret of client ${client} called ${secret}.`,
  'secret-too-short': ({ least, client }) => weak(client, `has fewer than ${least} characters.`),
  'secret-few-characters': ({ least, client }) => weak(client, `has fewer than ${least} different characters.`),
  'secret-repetition': ({ client }) => weak(client, 'repeats a shorter text.'),
  'sign-in-needs-redirect-uri': () => 'A client that signs people in (authorization_code) needs a redirect URI.',
  'refresh-without-code': () => 'A refresh_token comes of an authorization_code: name both, or neither.',
  'credentials-without-authentication': () => 'A client without authentication cannot have client_credentials.',
  'exempt-without-authentication': () => 'A client without authentication has nothing but PKCE: it cannot be exempt.',
  'rotation-without-authentication': () => 'The refresh tokens of a client without authentication always rotate.',
  'offline-not-first-party': () =>
    'Only a first-party client has offline_access without consent; others get it by the consent page.',
  'any-port-not-native': () => 'Only a native client may come back to any port of localhost.',
  'app-origin-not-native': () =>
    'Origins of hybrid applications and extensions are for native clients (applicationType: native).',
  'introspects-without-authentication': () =>
    'A client without authentication cannot be a resource server that introspects.',
  'default-resource-server-unlisted': () => 'The default resource server must be one of resourceServers.',
  'keys-in-two-places': () => "A client's keys are in jwks or at jwksUri, not both.",
  'keys-missing': () => 'A client that authenticates by private_key_jwt needs its keys: jwks, or jwksUri.',
  'key-ids-not-unique': () => 'Of several keys each needs a kid of its own.',
  'key-number-form': ({ most }) => `This is base64url (RFC 7518 6), ${most} characters at most.`,
  'key-id-form': () => 'A kid is printable ASCII without spaces.',
  'rsa-key-too-short': ({ least }) => `An RSA key has at least ${least} bits.`,
  'no-public-key': () => 'This is no public key.',
  'sector-without-pairwise': () => 'A sector means something for subjectType pairwise alone.',
  'sector-open': () => "Its redirect URIs don't say which sector it belongs to: name a host of yours.",
  'claim-without-scope': ({ scope, claim }) =>
    `The scope ${scope} releases ${claim}, and the client may not ask for it.`,
  'claim-of-other-resource-server': ({ claim, resourceServer }) =>
    `${claim} are permissions of ${resourceServer}, which is none of resourceServers.`,
  'permission-claim-not-first-party': () => 'Only a first-party client is told permissions in its own claims.',
  'claim-form': () => 'A claim begins with a letter and has no spaces in it.',
  'claim-reserved': () => 'That claim has a meaning of its own; take another name.',
  'claim-twice': ({ claim }) => `There are two claims ${claim}.`,
  'claims-twice': () => 'names the same claim twice.',
  'separator-of-list': () => 'Only a text has a separator.',
  'invisible-characters': () => 'has visible characters alone.',
  'claim-needs-resource-server': () => 'Name the resource server whose permissions these are.',
  'claim-of-person': ({ value }) => `Only permissions are those of one resource server; ${value} are the person's.`,
} as const satisfies Partial<Sentences>;

const weak = (client: string | undefined, fault: string): string =>
  client === undefined
    ? `The secret ${fault}`
    : `The secret for client ${client} ${fault} Take at least 256 random bits, or let one be generated.`;

function wrongUri(fault: UriFault): string {
  switch (fault.is) {
    case 'odd-characters':
      return 'has a space, a backslash or a control character in it.';
    case 'not-ascii':
      return 'has a character in it that is not ASCII; write it as browsers send it: %C3%A9 for \u00e9, xn--... for such a host.';
    case 'not-https':
      return 'is not an https address.';
    case 'not-absolute':
      return 'is not an absolute URI.';
    case 'user-or-password':
      return 'has a user or password in it.';
    case 'fragment-never-sent':
      return 'has a fragment, which is never sent.';
    case 'fragment-in-redirect':
      return 'has a fragment, which a redirect URI must not have (RFC 6749 3.1.2).';
    case 'wildcard':
      return 'has a wildcard; redirect URIs are compared exactly, so name each one.';
    case 'parameter-of-answer':
      return `has the parameter ${fault.parameter} in its query; our answer adds one of that name, so choose another.`;
    case 'without-host':
      return 'is not written with // and a host.';
    case 'plain-http':
      return 'is on plain http; that is for loopback (localhost, 127.0.0.1, [::1]) alone.';
    case 'https-or-loopback':
      return 'must be https, or http on loopback.';
    case 'scheme-of-native':
      return 'must be https, or http on loopback. Other schemes are for native applications.';
    case 'private-scheme':
      return 'must have a private scheme with a dot in it, as com.example.app:/callback (RFC 8252 7.1).';
    case 'not-an-origin':
      return 'is not an origin, as https://app.example.com.';
    case 'origin-otherwise':
      return `is not an origin as browsers write it; that would be ${fault.origin}.`;
  }
}
