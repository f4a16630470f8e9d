import type { Finding } from '../../audit/chain/finding.js';

/** A finding of `gatehouse audit verify` as a sentence. */
export function describeFinding(finding: Finding): string {
  switch (finding.code) {
    case 'links-missing':
      return finding.from === finding.to
        ? `Link ${finding.from} is missing.`
        : `Links ${finding.from} to ${finding.to} are missing.`;
    case 'link-rewritten':
      return `Link ${finding.sequence}, of record ${finding.record}, was rewritten or moved: its signature does not fit.`;
    case 'link-misplaced':
      return `Link ${finding.sequence}, of record ${finding.record}, does not continue the link before it.`;
    case 'link-inserted':
      return `A link with sequence ${finding.sequence}, of record ${finding.record}, was inserted.`;
    case 'record-missing':
      return `Record ${finding.record}, of link ${finding.sequence}, is missing, and no retention removed it.`;
    case 'record-rewritten':
      return `Record ${finding.record}, of link ${finding.sequence}, was rewritten.`;
    case 'record-inserted':
      return `Record ${finding.record} was inserted: it has no link, and does not wait for one.`;
    case 'record-forged':
      return `Record ${finding.record} waits for its link, but no Gatehouse with these keys wrote it. It is never signed.`;
    case 'record-pending-again':
      return `Record ${finding.record} was changed to wait for a link, although it has one.`;
    case 'head-rewritten':
      return `The head of the chain was rewritten: it does not fit link ${finding.sequence}.`;
    case 'head-missing':
      return 'The head of the chain is missing.';
    case 'end-cut':
      return `The end of the chain was cut: it ends at ${finding.end}, and the checkpoint is at ${finding.checkpoint}.`;
    case 'checkpoint-differs':
      return `Link ${finding.checkpoint} is another one than when the checkpoint was made.`;
  }
}
