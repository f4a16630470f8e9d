import type { DryRun } from '../access/dry-run.js';

/** Who would gain and lose what, a line each. */
export function dryRunLines({ effects, looked, more }: DryRun): string[] {
  const lines = effects.flatMap(({ username, gains, loses }) => [
    ...gains.map((one) => `${username} would gain ${one}`),
    ...loses.map((one) => `${username} would lose ${one}`),
  ]);
  const seen = more
    ? `the first ${looked} people whom it may concern; there are more`
    : `${looked} people whom it may concern`;
  return [
    ...(lines.length === 0 ? ['Nobody would gain or lose anything.'] : lines),
    `Nothing was changed. Looked at ${seen}.`,
  ];
}
