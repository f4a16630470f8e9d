/** The number of attempts against concurrent changes. */
const MOST_TRIES = 16;

/**
 * Repeats an operation after conflicts, and returns its last result: possibly a conflict, if others won every time.
 *
 * @param once reads its data anew in each attempt, because it has been changed by others
 * @param how.before runs before each further attempt, with the number of earlier ones
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
