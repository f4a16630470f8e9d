/** The attributes of a field for the name of a user. `username` lets password managers find it. */
export const identifierInput = (identifier: string | undefined) =>
  ({
    type: 'text',
    autocomplete: 'username',
    autocapitalize: 'none',
    autocorrect: 'off',
    spellcheck: false,
    maxLength: 320,
    value: identifier ?? '',
  }) as const;
