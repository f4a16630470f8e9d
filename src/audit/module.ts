import { auditChange } from './audit-change.js';
import { auditKeyChecks } from './audit-key-check.js';
import type { AuditKeys } from './audit-keys.js';
import { auditRecords } from './audit-record.js';
import { auditLinks } from './chain/audit-link.js';
import { chainHeads } from './chain/chain-head.js';
import { chainJob, type ChainJobParts } from './chain/chain-job.js';
import { auditTerms } from './search/audit-terms.js';
import { retentionJob, type RetentionParts } from './retention/retention-job.js';
import type { TermHashes } from './search/term-hashes.js';
import { termWrites } from './search/terms-of.js';
import { streamCursors } from './streams/stream-cursor.js';
import { webhookDeliveries } from './streams/webhook-delivery.js';
import { webhookJob, type WebhookParts } from './streams/webhook-outbox.js';

/** Registrations of `audit`: each change leaves a record, and a job takes the records into the chain. */
export const audit = {
  specs: [auditRecords, auditKeyChecks, auditLinks, chainHeads, auditTerms, streamCursors, webhookDeliveries],
  contributors: ({ auditKeys }: { readonly auditKeys: AuditKeys }) => [auditChange(auditKeys)],
  jobs: (services: ChainJobParts & RetentionParts & WebhookParts & { readonly termHashes: TermHashes }) => [
    chainJob({ ...services, rowsOf: (record) => termWrites(record, services.termHashes) }),
    retentionJob(services),
    webhookJob(services),
  ],
};
