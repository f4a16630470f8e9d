import { X509Certificate } from 'node:crypto';
import type { TestStep } from '../contract/connector-condition.js';
import { faultOf, type SamlReason } from './faults.js';
import { isExpired } from './metadata/provider.js';
import type { DescribedProvider } from './metadata/read-metadata.js';
import { entityIdOf, type SamlParts } from './saml-parts.js';

/** Reads what describes the provider anew, which is what a sign-in needs without a person. Never throws. */
export async function testSamlProvider(parts: SamlParts): Promise<readonly TestStep[]> {
  let described: DescribedProvider;
  try {
    described = await parts.provider.read();
  } catch (error) {
    const { reason, details = {} } = faultOf(error);
    const lines = Object.entries(details).map(([name, value]) => `${name}: ${value}`);
    return [
      { step: 'metadata', outcome: 'failed', reason, ...(lines.length > 0 && { details: lines }) },
      { step: 'certificates', outcome: 'skipped' },
      ownKeysStep(parts),
    ];
  }
  return [metadataStep(described), certificatesStep(described, parts), ownKeysStep(parts)];
}

function metadataStep({ entityId, signIn, signOut, wantsSignedRequests, validUntil }: DescribedProvider): TestStep {
  const endpoints = Object.entries({ 'sign-in': signIn, 'sign-out': signOut }).flatMap(([what, { redirect, post }]) => [
    `${what} by redirect: ${redirect?.url ?? 'none'}`,
    `${what} by form: ${post?.url ?? 'none'}`,
  ]);
  return {
    ...{ step: 'metadata', outcome: 'ok' },
    details: [
      `entity id: ${entityId}`,
      ...endpoints,
      `wants signed requests: ${wantsSignedRequests ? 'yes' : 'no'}`,
      ...(validUntil === undefined ? [] : [`valid until: ${dateOf(validUntil)}`]),
    ],
  };
}

function certificatesStep({ certificates, unusableKeys = [] }: DescribedProvider, { settings }: SamlParts): TestStep {
  const expired = certificates.filter(isExpired);
  const details = [...certificates.map(certificateLine), ...unusableKeys.map((key) => `not used: a key ${key}`)];
  const reason: SamlReason = expired.length > 0 ? 'certificate-expired' : 'certificate-unusable';
  const isRefused = settings.connection.expiredCertificate === 'refuse' && expired.length === certificates.length;
  if (isRefused) return { step: 'certificates', outcome: 'failed', reason, details };
  return expired.length > 0 || unusableKeys.length > 0
    ? { step: 'certificates', outcome: 'warning', reason, details }
    : { step: 'certificates', outcome: 'ok', details };
}

function ownKeysStep(parts: SamlParts): TestStep {
  const { keys, addresses } = parts;
  const details = [
    `entity id: ${entityIdOf(parts)}`,
    `address for answers: ${addresses.callback}`,
    `address for sign-outs: ${addresses.signOut}`,
    `metadata: ${addresses.description}`,
    ...keys.map(({ state, certificate }) => `${state} ${certificateLine(new X509Certificate(certificate))}`),
  ];
  const reason: SamlReason = 'no-own-keys';
  return keys.some(({ state }) => state === 'current')
    ? { step: 'own-keys', outcome: 'ok', details }
    : { step: 'own-keys', outcome: 'failed', reason, details };
}

const certificateLine = ({ fingerprint256, validToDate }: X509Certificate): string =>
  `certificate: ${fingerprint256.slice(0, 29)}..., until ${dateOf(validToDate.getTime())}`;

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
