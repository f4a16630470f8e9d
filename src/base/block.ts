import type { Instant } from './clock.js';

/** Who blocks a user: an administrator, the directory of a connector, or the quarantine of its synchronization. */
export type BlockCause = 'administrator' | `directory:${string}` | `quarantine:${string}`;

/** Forbids a user to sign in. Only its cause lifts it; an administrator may lift all. */
export type Block = {
  by: BlockCause;
  since: Instant;
  /** It ends by itself then; absent: once it is lifted. */
  until?: Instant;
  /** In the words of whoever set it. */
  reason?: string;
};

/** The blocks that stand at this time. Any of them disables the user. Pure. */
export const blocksAt = ({ blocks }: { readonly blocks: readonly Block[] }, at: Instant): readonly Block[] =>
  blocks.filter(({ until }) => until === undefined || at < until);

/** Whether a block stands at this time. Pure. */
export const isBlocked = (user: { readonly blocks: readonly Block[] }, at: Instant): boolean =>
  blocksAt(user, at).length > 0;

/** Whether the directory of a connector, or the quarantine of its synchronization, set it. Pure. */
export const isOfConnector = ({ by }: Pick<Block, 'by'>, connector: string): boolean =>
  by === `directory:${connector}` || by === `quarantine:${connector}`;

/** With this block in place of the one with the same cause; `undefined` lifts that. Pure. */
export const withBlock = (blocks: readonly Block[], cause: BlockCause, block: Block | undefined): Block[] => [
  ...blocks.filter(({ by }) => by !== cause),
  ...(block ? [block] : []),
];
