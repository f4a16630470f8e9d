/** Something that is wrong with an audit trail, from verification. `record` is the id of a record, `sequence` of a link. */
export type Finding =
  /** The links from one sequence to another, both included. */
  | { readonly code: 'links-missing'; readonly from: number; readonly to: number }
  /** Its signature does not fit its content: it was changed, or moved from another place in the chain. */
  | { readonly code: 'link-rewritten'; readonly sequence: number; readonly record: string }
  /** It was signed, but not to follow the link before it. */
  | { readonly code: 'link-misplaced'; readonly sequence: number; readonly record: string }
  /** It lies behind the end of the chain, or between two others. */
  | { readonly code: 'link-inserted'; readonly sequence: number; readonly record: string }
  /** No retention covers it. */
  | { readonly code: 'record-missing'; readonly sequence: number; readonly record: string }
  | { readonly code: 'record-rewritten'; readonly sequence: number; readonly record: string }
  /** It has no link, and is not about to get one. */
  | { readonly code: 'record-inserted'; readonly record: string }
  /** It waits for its link, and no process of this installation wrote it as it is. */
  | { readonly code: 'record-forged'; readonly record: string }
  /** It waits for a link although it has one. */
  | { readonly code: 'record-pending-again'; readonly record: string }
  /** The head and the last link differ. */
  | { readonly code: 'head-rewritten'; readonly sequence: number }
  | { readonly code: 'head-missing' }
  /** The chain ends before the checkpoint. */
  | { readonly code: 'end-cut'; readonly checkpoint: number; readonly end: number }
  /** The link of the checkpoint is another one than then. */
  | { readonly code: 'checkpoint-differs'; readonly checkpoint: number };

/** The first findings, and how many there are in all: a trail of which everything is wrong fits into memory too. */
export class Findings {
  readonly first: Finding[] = [];
  count = 0;

  add(finding: Finding): void {
    this.count++;
    if (this.first.length < MOST_LISTED) this.first.push(finding);
  }
}

const MOST_LISTED = 20;
