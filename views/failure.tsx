import { ContactLine } from './components/contact-line.js';
import { Layout, type Surroundings } from './layout.js';

export interface FailureProps extends Surroundings {
  /** Whose turn it is: the application sent something wrong, the address is wrong, or it is ours. */
  readonly fault: 'application' | 'notFound' | 'ours';
  readonly requestId: string;
  /** An OAuth error code and its description, for whoever builds the application. */
  readonly code?: string;
  readonly description?: string;
  /** What is wrong with the request, as far as anybody may know. */
  readonly reason?: string;
}

/** What happened, what to do, and the id by which it is found in the log. */
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
