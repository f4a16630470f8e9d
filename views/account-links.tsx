import { AccountFrame, type AccountSurroundings } from './account-frame.js';
import { WithTime } from './components/with-time.js';

export interface AccountLinksProps extends AccountSurroundings {
  readonly action: string;
  readonly csrf: { readonly remove: string; readonly connect: string };
  readonly links: readonly LinkedAccount[];
  /** By which the user can link another account. */
  readonly offered: readonly LinkOffer[];
  /** The user's time zone (IANA), if known. */
  readonly zone?: string;
}

export interface LinkedAccount {
  readonly id: string;
  /** Of the directory or identity provider. */
  readonly name: string;
  /** In milliseconds. */
  readonly linkedAt: number;
  /** Since when it signs nobody in, in milliseconds. Absent: it does. */
  readonly suspendedAt?: number;
  /** The user lives there, so the link stays. */
  readonly isHome: boolean;
}

/** Another identity provider. */
export interface LinkOffer {
  /** Of the connector. */
  readonly id: string;
  readonly name: string;
  /** The file name of its picture. */
  readonly logo?: string | undefined;
}

/** The user's accounts elsewhere that sign them in, each with a button to remove the link, and buttons for further ones. */
export function AccountLinks(props: AccountLinksProps) {
  const { texts, locale, assets, action, csrf, links, offered, zone } = props;
  const words = texts.account.links;
  return (
    <AccountFrame {...props}>
      <p>{links.length === 0 ? words.none : words.explains}</p>
      {links.map(({ id, name, linkedAt, suspendedAt, isHome }) => (
        <section key={id} aria-label={name} class="entry">
          <h2>{name}</h2>
          <p class="hint">
            <WithTime text={words.linked} at={linkedAt} locale={locale} zone={zone} />
          </p>
          {suspendedAt !== undefined && (
            <p>
              <WithTime text={words.suspended} at={suspendedAt} locale={locale} zone={zone} />
            </p>
          )}
          {isHome ? (
            <p>{words.home}</p>
          ) : (
            <form method="post" action={action}>
              <input type="hidden" name="csrf" value={csrf.remove} />
              <input type="hidden" name="form" value="remove" />
              <button type="submit" name="link" value={id} class="quiet">
                {words.remove(name)}
              </button>
            </form>
          )}
        </section>
      ))}
      {offered.length > 0 && (
        <section class="entry redirects">
          <h2>{words.another}</h2>
          <p class="hint">{words.leads}</p>
          <form method="post" action={action}>
            <input type="hidden" name="csrf" value={csrf.connect} />
            <input type="hidden" name="form" value="connect" />
            <ul>
              {offered.map(({ id, name, logo }) => (
                <li key={id}>
                  <button type="submit" name="connector" value={id} class="quiet">
                    {logo !== undefined && <img src={assets + logo} width="20" height="20" alt="" />}
                    {words.connect(name)}
                  </button>
                </li>
              ))}
            </ul>
          </form>
        </section>
      )}
    </AccountFrame>
  );
}
