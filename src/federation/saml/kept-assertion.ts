import { z } from 'zod';
import { SamlFailure } from './faults.js';
import type { VerifiedAssertion } from './reader/reader.js';

const kept = z.strictObject({
  id: z.string(),
  expiresAt: z.int(),
  nameId: z
    .strictObject({
      value: z.string(),
      format: z.string().exactOptional(),
      nameQualifier: z.string().exactOptional(),
      spNameQualifier: z.string().exactOptional(),
    })
    .exactOptional(),
  attributes: z.array(z.tuple([z.string(), z.array(z.string())])).transform((all) => new Map(all)),
  sessionIndex: z.string().exactOptional(),
  authenticatedAt: z.int(),
  sessionEndsAt: z.int().exactOptional(),
  contextClass: z.string().exactOptional(),
  signed: z.strictObject({ response: z.boolean(), assertion: z.boolean() }),
  wasEncrypted: z.boolean(),
  isUnsolicited: z.boolean(),
});

/** A verified assertion as text, until the browser has shown whose it is. */
export const assertionText = ({ attributes, ...assertion }: VerifiedAssertion): string =>
  JSON.stringify({ ...assertion, attributes: [...attributes] });

/** @throws SamlFailure if it is not what {@link assertionText} wrote */
export function assertionIn(text: string): VerifiedAssertion {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const read = kept.safeParse(json);
  if (!read.success) throw new SamlFailure('pending-unreadable');
  return read.data;
}
