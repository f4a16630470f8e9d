import { z } from 'zod';
import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';

const MOST_CLAIMS = 200;
const name = z.string().min(1).max(1000);
const group = z.strictObject({ name, id: name.exactOptional(), dn: z.string().max(4096).exactOptional() });

/** An identity as an administrator writes it to try a mapping: claims and groups are bounded as those of a directory are. */
export const identityInput = z
  .strictObject({
    subject: z.string().max(1000),
    claims: z
      .record(name, z.array(z.string().max(10_000)).min(1).max(MOST_CLAIMS))
      // Names from outside are keys of nothing but this map.
      .transform((claims): UpstreamIdentity['claims'] => new Map(Object.entries(claims)))
      .refine((claims) => claims.size <= MOST_CLAIMS),
    groups: z.array(group).max(5000).exactOptional(),
    level: name.exactOptional(),
    methods: z.array(name).max(50).exactOptional(),
  })
  .transform((identity): UpstreamIdentity => identity);
