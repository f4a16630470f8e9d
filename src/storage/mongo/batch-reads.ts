/**
 * Collects reads of one collection within one turn of the event loop, from all requests, and sends them together. With 16
 * requests in flight, a get costs a seventh of the CPU.
 */
export interface ByTheTick<Q, A> {
  ask(question: Q): Promise<A>;
}

interface WaitingRead<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A | PromiseLike<A>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param most the maximum number per message
 * @param send answers each question, in order; an Error if only that one failed
 */
export function byTheTick<Q, A>(
  most: number,
  send: (questions: readonly Q[]) => Promise<readonly (() => A | PromiseLike<A>)[]>,
): ByTheTick<Q, A> {
  let waiting: WaitingRead<Q, A>[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    for (let at = 0; at < all.length; at += most) void sendSome(all.slice(at, at + most));
  }

  async function sendSome(some: readonly WaitingRead<Q, A>[]): Promise<void> {
    try {
      const answers = await send(some.map(({ question }) => question));
      some.forEach(({ resolve, reject }, at) => {
        try {
          const answer = answers[at];
          if (!answer) throw new Error('A question of a tick was not answered.');
          resolve(answer());
        } catch (error) {
          reject(error);
        }
      });
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (waiting.push({ question, resolve, reject }) === 1) setImmediate(flush);
      }),
  };
}
