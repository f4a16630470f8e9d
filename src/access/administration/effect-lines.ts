import type { Effect } from './preview.js';

/** One line for each user or client and what they would gain or lose. */
export function effectLines({ who, gains, loses, mayGain, mayLose }: Effect): string[] {
  const name = `${who.kind === 'client' ? `client ${who.id}` : who.name}${who.disabled === true ? ' (disabled)' : ''}`;
  return [
    ...gains.map((held) => `${name} would gain ${held}`),
    ...loses.map((held) => `${name} would lose ${held}`),
    ...mayGain.map((held) => `${name} would gain ${held}, later or under a limitation`),
    ...mayLose.map((held) => `${name} would lose ${held}, held later or under a limitation`),
  ];
}
