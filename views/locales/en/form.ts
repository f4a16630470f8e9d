/** Texts shared by all forms. */
export const form = {
  /** Back to the application, which learns that access was denied. */
  cancel: 'Cancel',
  /** The label of a toggle button. */
  showPassword: 'Show password',
  errors: {
    'stale-form': 'This form has expired or did not come from this site. Try again.',
    'form-unreadable': 'The form could not be read. Try again.',
  },
  wait: (seconds: number) =>
    seconds < 60
      ? plural(Math.max(1, Math.ceil(seconds)), 'second', 'seconds')
      : plural(Math.ceil(seconds / 60), 'minute', 'minutes'),
};

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
