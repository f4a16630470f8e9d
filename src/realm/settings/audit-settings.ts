import { z } from 'zod';
import { refusedAs, refusing } from '../../base/problems/read-input.js';
import { problem } from '../../base/problems/problem.js';
import { STREAM_NAME } from '../../audit/streams/stream-cursor.js';
import { webAddressFault } from '../clients/client-uris.js';

/** One kind of record, or all that begin alike: `sign-in`, `user.*`. */
const kindPatterns = z
  .array(
    z
      .string()
      .max(100)
      .refine(
        (pattern) => /^(?:[a-z][a-z0-9.-]*)?\*?$/.test(pattern) && pattern !== '',
        refusedAs('audit-kind-form', {}),
      ),
  )
  .min(1)
  .max(50);

/** Records of kinds that no rule names are kept. Records of token issue are many and matter for a short time. */
const RETENTION = [{ kinds: ['token.issued'], days: 90 }];

const retention = z.array(z.strictObject({ kinds: kindPatterns, days: z.int().min(1).max(36_500) })).max(50);

const stream = z.strictObject({
  name: z.string().refine((name) => STREAM_NAME.test(name), refusedAs('audit-stream-name-form', {})),
  url: z
    .string()
    .max(2000)
    .superRefine(
      refusing((uri) => {
        const fault = webAddressFault(uri);
        return fault && problem('uri', [], { uri, fault });
      }),
    ),
  kinds: kindPatterns.exactOptional(),
  personal: z.boolean().default(true),
  from: z.enum(['start', 'now']).default('start'),
  secretVersion: z.int().min(1).max(1_000_000).default(1),
});

/** Settings of the audit trail. */
export const auditSettings = z.strictObject({
  /**
   * The records of issued access tokens: none, one a minute for each client, subject and grant type, or one for each token.
   */
  tokenIssue: z.enum(['none', 'aggregated', 'each']).default('aggregated'),
  /** How long records are kept, by kind. */
  retention: retention.default(RETENTION),
  /** The webhooks that receive the records. */
  streams: z
    .array(stream)
    .max(10)
    .default([])
    .refine(
      (streams) => new Set(streams.map(({ name }) => name)).size === streams.length,
      refusedAs('audit-streams-twice', {}),
    ),
});

export type AuditSettings = z.infer<typeof auditSettings>;
