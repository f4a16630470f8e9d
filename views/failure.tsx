import { ContactLine } from './components/contact-line.js';
import { Layout, type Surroundings } from './layout.js';

export interface FailureProps extends Surroundings {
  /** The cause: a wrong request from the application, a wrong address, a sign-in or sign-out at another site that leads to nothing here,
   * or a fault of the server. */
  readonly fault: 'application' | 'notFound' | 'signInElsewhere' | 'signOutElsewhere' | 'ours';
  readonly requestId: string;
  /** An OAuth error code and its description, for the application's developers. */
  readonly code?: string;
  readonly description?: string;
  /** The reason for the refusal, as far as it is safe to show. */
  readonly reason?: string;
}

/** Says what happened and what to do, with the request id for the log. */
export function Failure(props: FailureProps) {
  const { texts, fault, requestId, code, description, reason, contact } = props;
  const words = texts.failure;
  return (
    <Layout {...props} title={words.title}>
      <p role="alert">{words.faults[fault]}</p>
      <p class="hint">{words.help}</p>
      <dl>
        <dt>{words.requestId}</dt>
        <dd>
          <code>{requestId}</code>
        </dd>
        {code !== undefined && (
          <>
            <dt>{words.code}</dt>
            <dd>
              <code>{code}</code>
            </dd>
          </>
        )}
        {description !== undefined && (
          <>
            <dt>{words.description}</dt>
            <dd>{description}</dd>
          </>
        )}
        {reason !== undefined && (
          <>
            <dt>{words.reason}</dt>
            <dd>{reason}</dd>
          </>
        )}
      </dl>
      {contact && (
        <p class="hint">
          {words.contact}: <ContactLine contact={contact} />
        </p>
      )}
    </Layout>
  );
}
