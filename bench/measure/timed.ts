/** Milliseconds of each, one after another. */
export async function timed(work: () => Promise<unknown>, count: number): Promise<number[]> {
  const took: number[] = [];
  while (took.length < count) {
    const began = performance.now();
    await work();
    took.push(performance.now() - began);
  }
  return took;
}
