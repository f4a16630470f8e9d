/** As often as somebody else may be faster. */
const MOST_TRIES = 16;

/**
 * Does it again while somebody else was faster, and gives what came of it in the end: a conflict too, where others were faster every time.
 *
 * @param once reads what it changes anew each time, since that is what somebody else has changed
 * @param how.before runs before each further try, with the number of those there were
 */
export async function retryOnConflict<T>(
  once: () => Promise<T>,
  isConflict: (result: T) => boolean,
  { most = MOST_TRIES, before }: { readonly most?: number; readonly before?: (tries: number) => Promise<void> } = {},
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const result = await once();
    if (!isConflict(result) || tries >= most) return result;
    await before?.(tries);
  }
}
