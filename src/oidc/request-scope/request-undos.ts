import type { PendingUndos, Undo } from './pending-undos.js';

/** How to give back what one request used up before its answer was sent. */
export class RequestUndos {
  readonly #pending: Pick<PendingUndos, 'add'>;
  readonly #undos: { readonly key: string; readonly undo: Undo }[] = [];

  /** @param pending does the undos in the background; shared by all requests of this process */
  constructor(pending: Pick<PendingUndos, 'add'>) {
    this.#pending = pending;
  }

  /**
   * @param key of the document that this request writes before its answer
   * @param undo gives it back by compare-and-set, so that a later write of somebody else stays
   */
  add(key: string, undo: Undo): void {
    this.#undos.push({ key, undo });
  }

  /** Another request's write must not be undone. */
  forget(): void {
    this.#undos.splice(0);
  }

  /**
   * For a request whose answer was not sent and never will be. The client is told to retry, and the retry must not look like a
   * theft. This request does not wait for the undo; a request with the same code or token does.
   */
  giveBack(): void {
    for (const { key, undo } of this.#undos.splice(0)) this.#pending.add(key, undo);
  }
}
