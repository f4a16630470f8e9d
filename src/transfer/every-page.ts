import type { EngineReader, WalkedRow } from '../storage/engine.js';
import type { AnySpec } from '../storage/spec.js';

/** So many documents at a time are in memory, and in one message. */
const PAGE = 500;

/** Every document of a kind, page by page; no page is empty. */
export async function* everyPage(store: EngineReader, spec: AnySpec): AsyncGenerator<readonly WalkedRow[]> {
  let after: string | undefined;
  do {
    const page = await store.walk(spec, { limit: PAGE, ...(after !== undefined && { after }) });
    if (page.rows.length > 0) yield page.rows;
    after = page.next;
  } while (after !== undefined);
}
