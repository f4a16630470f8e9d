import { z } from 'zod';
import { now } from '../../../base/clock.js';
import { problem, type Problem } from '../../../base/problems/problem.js';
import { refusing } from '../../../base/problems/read-input.js';
import { isPrototypeName } from '../../../base/text/prototype-names.js';
import { SamlFailure } from '../faults.js';
import { readMetadata } from '../metadata/read-metadata.js';
import { isVerifyingKey } from '../reader/algorithms.js';
import { certificateIn, keyName } from './certificate-text.js';
import { NAME_ID_FORMATS } from './name-id-formats.js';
import { isWebAddress } from './web-address.js';

const address = z.string().max(1000).refine(isWebAddress);

/** A URI of at most 1,024 characters (SAML Metadata 2.2.1). Many are names and not addresses. */
const entityId = z.string().regex(/^[\x21-\x7e]{1,1024}$/);

const certificate = z.string().max(20_000).superRefine(refusing(certificateFault));

function certificateFault(text: string): Problem | undefined {
  const read = certificateIn(text);
  if (!read) return problem('saml-certificate-form', [], {});
  return isVerifyingKey(read.publicKey) ? undefined : problem('saml-certificate-key', [], { key: keyName(read) });
}

const attributeName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !isPrototypeName(name));

const connection = z
  .strictObject({
    /** The name of the provider, as it stands in its metadata and messages. */
    idpEntityId: entityId,
    /** Where its metadata is. They are read again by themselves. */
    metadata: address.exactOptional(),
    /** Its metadata, where they have no address. */
    metadataXml: z.string().max(200_000).exactOptional(),
    /** Who has to have signed the metadata. Absent: TLS says whose they are. */
    metadataCertificate: certificate.exactOptional(),
    /** Without metadata: where people sign in there, where they sign out, and who signs. */
    ssoUrl: address.exactOptional(),
    sloUrl: address.exactOptional(),
    certificates: z.array(certificate).min(1).max(10).exactOptional(),
    /** Our name to the provider. Absent: the address of our metadata. */
    entityId: entityId.exactOptional(),
    /** How requests get there, where the provider takes both. */
    binding: z.enum(['redirect', 'post']).default('redirect'),
    signRequests: z.boolean().default(true),
    /** What the provider has to sign. */
    signed: z.enum(['assertion', 'response', 'both', 'any']).default('assertion'),
    encryption: z.enum(['optional', 'required']).default('optional'),
    /** Which name identifier is asked for. Absent: none, and the provider decides. */
    nameIdFormat: z.enum(NAME_ID_FORMATS).exactOptional(),
    /** The parameter by which the provider takes a name. Absent: it takes none. SAML itself has none. */
    loginHintParameter: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,39}$/)
      .refine((name) => !/^(?:saml|relaystate|sig)/i.test(name))
      .exactOptional(),
    /** In seconds: how far its clock may differ from ours. */
    clockSkew: z.int().min(60).max(180).default(120),
    /** Whether a certificate of the provider counts that has expired: it is only an envelope for a key. */
    expiredCertificate: z.enum(['warn', 'refuse']).default('warn'),
    /** Whether `prompt=none` of an application goes on to the provider (`IsPassive`), where `idp_hint` names this connector. */
    handsOnPromptNone: z.boolean().default(false),
    /** The application to which a sign-in leads that begins at the provider. Absent: such sign-ins are refused. */
    idpInitiated: z.strictObject({ client: z.string().min(1).max(255) }).exactOptional(),
    /** Whether a sign-out here goes on to the provider, if it has an address for that. `ask`: if the person wants it. */
    logout: z.enum(['never', 'ask', 'always']).default('ask'),
    /** Milliseconds for each request. */
    timeout: z.int().min(100).max(30_000).default(5000),
  })
  .superRefine(refusing((written) => [...sourceFaults(written), ...metadataFaults(written)]));

type WrittenSource = Partial<
  Record<'metadata' | 'metadataXml' | 'metadataCertificate' | 'ssoUrl' | 'sloUrl', string>
> & { readonly idpEntityId: string; readonly certificates?: readonly string[] };

function sourceFaults({
  metadata,
  metadataXml,
  ssoUrl,
  sloUrl,
  certificates,
  metadataCertificate,
}: WrittenSource): Problem[] {
  const sources = [metadata, metadataXml, ssoUrl].filter((source) => source !== undefined);
  const isByHand = ssoUrl !== undefined;
  if (sources.length !== 1) return [problem('saml-provider-source', [], {})];
  return [
    ...(isByHand && !certificates ? [problem('saml-certificates-missing', ['certificates'], {})] : []),
    ...(!isByHand && (certificates ?? sloUrl) !== undefined ? [problem('saml-provider-source', [], {})] : []),
    ...(isByHand && metadataCertificate !== undefined
      ? [problem('saml-metadata-key-unused', ['metadataCertificate'], {})]
      : []),
  ];
}

/** Metadata that are written here can be read here. Their end is not looked at: they were good when somebody wrote them. */
function metadataFaults({ metadataXml, idpEntityId, metadataCertificate }: WrittenSource): Problem[] {
  if (metadataXml === undefined) return [];
  const key = metadataCertificate === undefined ? undefined : certificateIn(metadataCertificate)?.publicKey;
  try {
    readMetadata(metadataXml, { entityId: idpEntityId, at: now(), ...(key && { signedBy: key }) });
    return [];
  } catch (error) {
    if (!(error instanceof SamlFailure)) throw error;
    return error.fault.reason === 'metadata-expired'
      ? []
      : [problem('saml-metadata-refused', ['metadataXml'], { reason: error.fault.reason })];
  }
}

const subject = z.strictObject({
  /** The attribute that says who somebody is: it never changes, and nobody else ever gets it. Absent: the name identifier does. */
  attribute: attributeName.exactOptional(),
  /** Which name identifiers say who somebody is. Those that are not persistent may change, and be given to somebody else. */
  nameId: z.enum(['persistent', 'any']).default('persistent'),
  /** The attribute that lists the groups of a user. Absent: groups are not read. */
  groups: attributeName.exactOptional(),
});

/** What an administrator writes of a SAML identity provider. Unknown fields are refused. */
export const samlSettings = z
  .strictObject({ connection, subject: subject.prefault({}) })
  .superRefine(
    refusing(({ connection: { nameIdFormat }, subject: { attribute } }) =>
      nameIdFormat === 'transient' && attribute === undefined
        ? problem('saml-transient-id', ['connection', 'nameIdFormat'], {})
        : undefined,
    ),
  );

export type SamlSettings = z.output<typeof samlSettings>;
