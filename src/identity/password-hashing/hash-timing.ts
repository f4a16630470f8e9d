/** How long hashes take here, by what they cost. */
export interface UsualTimes {
  /**
   * Takes in that one of these parameters took so long. Gives how long the slowest kind usually takes, in milliseconds; 0
   * where there is one kind alone, since nothing is told apart by it.
   */
  slowestWith(parameters: object, took: number): number;
}

export function usualTimes(): UsualTimes {
  /** Moving averages. There are as many kinds as settings that were ever in force, and those of imported hashes. */
  const usual = new Map<string, number>();
  return {
    slowestWith(parameters, took) {
      const kind = JSON.stringify(parameters);
      const before = usual.get(kind);
      usual.set(kind, before === undefined ? took : 0.8 * before + 0.2 * took);
      return usual.size === 1 ? 0 : Math.max(...usual.values());
    },
  };
}
