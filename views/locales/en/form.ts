/** What any form may have to say. */
export const form = {
  /** Back to the application, which learns that access was denied. */
  cancel: 'Cancel',
  errors: {
    'stale-form': 'This page had been open for too long or came from elsewhere. Please try again.',
    'form-unreadable': 'Your browser sent something that cannot be read. Please try again.',
  },
  wait: (seconds: number) =>
    seconds < 60
      ? plural(Math.max(1, Math.ceil(seconds)), 'second', 'seconds')
      : plural(Math.ceil(seconds / 60), 'minute', 'minutes'),
};

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
