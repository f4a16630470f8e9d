import { Layout, type Surroundings } from './layout.js';

export interface ConfirmLogoutProps extends Surroundings {
  readonly action: string;
  /** oidc-provider's own token for this form. */
  readonly xsrf: string;
  readonly application?: string;
}

/** Asks before it ends a session, because any site can link to the sign-out. */
export function ConfirmLogout(props: ConfirmLogoutProps) {
  const { texts, realmName, action, xsrf, application } = props;
  const words = texts.logout.confirm;
  return (
    <Layout {...props} title={words.title}>
      {application !== undefined && <p class="purpose">{words.asks(application)}</p>}
      <p>{words.means(realmName)}</p>
      <form method="post" action={action} class="choice">
        <input type="hidden" name="xsrf" value={xsrf} />
        <button type="submit" name="logout" value="yes" autofocus>
          {words.yes}
        </button>
        <button type="submit" class="quiet">
          {words.no}
        </button>
      </form>
    </Layout>
  );
}
