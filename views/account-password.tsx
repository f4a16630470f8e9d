import { AccountFrame, type AccountSurroundings } from './account-frame.js';

export interface AccountPasswordProps extends AccountSurroundings {
  readonly action: string;
  readonly csrf: string;
  /** For password managers, which keep the new password under it. */
  readonly username: string;
}

/** A new password, twice; who asks for it has just shown the old one. */
export function AccountPassword(props: AccountPasswordProps) {
  const { texts, action, csrf, username, error } = props;
  const words = texts.account.password;
  const wrong = error !== undefined && { 'aria-invalid': true };
  return (
    <AccountFrame {...props}>
      <p>{words.explains}</p>
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="form" value="change" />
        <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
        <label for="password">{words.next}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          autofocus
          {...wrong}
          aria-describedby={error === undefined ? 'rule' : 'error rule'}
        />
        <p class="hint" id="rule">
          {words.rule}
        </p>
        <label for="again">{words.again}</label>
        <input id="again" name="again" type="password" autocomplete="new-password" required {...wrong} />
        <button type="submit">{words.submit}</button>
      </form>
    </AccountFrame>
  );
}
