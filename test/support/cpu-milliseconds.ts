/**
 * Milliseconds of processor time that this process spends on a piece of work. Unlike the clock on the wall, it does not grow while
 * other processes use the machine.
 */
export async function cpuMilliseconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
