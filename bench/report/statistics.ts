/** @param share 0.5 is the median */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Half of the interquartile range, in percent of the median: the spread of the rounds. */
export const noise = (values: readonly number[]): number =>
  ((quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values)) * 100;

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
