import { Layout, type Surroundings } from './layout.js';

export interface ArrivedProps extends Surroundings {
  readonly action: string;
  readonly ticket: string;
  readonly csrf: string;
  /** The name of the identity provider at which the person began. */
  readonly provider: string;
  /** Who the provider says that they are. */
  readonly person: string;
  readonly application: string;
}

/** Asks before somebody is signed in whom another identity provider sends: it may not be who sits here. */
export function Arrived(props: ArrivedProps) {
  const { texts, action, ticket, csrf, provider, person, application } = props;
  const words = texts.arrived;
  return (
    <Layout {...props} title={words.title(application)}>
      <p>{words.body(provider, person)}</p>
      <form method="post" action={action}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="ticket" value={ticket} />
        {/* Without focus: a key that somebody presses by chance must not sign them in. */}
        <button type="submit">{texts.chooseAccount.continueAs(person)}</button>
      </form>
      <p class="hint">{words.otherwise}</p>
    </Layout>
  );
}
