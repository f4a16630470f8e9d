import type { ComponentChildren } from 'preact';
import { CommandLine } from './components/command-line.js';
import { ErrorNote } from './components/error-note.js';
import { WithTime } from './components/with-time.js';
import { Layout, type Surroundings } from './layout.js';
import type { Texts } from './locales/en.js';

export interface ConnectorTestProps extends Surroundings {
  /** The display name of the connector. */
  readonly connector: string;
  /** Why nobody would be signed in: a code, and in the language of the page what to do. */
  readonly failure?: { readonly reason: string; readonly text?: string };
  readonly steps: readonly ShownStep[];
  /** Absent: the test failed. */
  readonly told?: ShownPerson;
  /** What a sign-in would do, and what it would change. Absent: the test failed. */
  readonly would?: {
    /** Who may sign in. */
    readonly rules: readonly string[];
    readonly results: readonly string[];
    readonly changes: readonly string[];
  };
  /** Lines that a sign-in would leave in the log. */
  readonly reported: readonly string[];
  /** Makes a link that begins another test. */
  readonly command: string;
}

interface ShownStep {
  /** One with a text, or a code. */
  readonly step: string;
  readonly outcome: keyof Texts['connectorTest']['outcome'];
  readonly reason?: string;
  readonly details: readonly string[];
}

/** As the provider reports them. */
interface ShownPerson {
  readonly subject: string;
  readonly claims: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** Absent: not told. */
  readonly groups?: readonly string[];
  readonly level?: string;
  /** In milliseconds. */
  readonly signedInAt?: number;
  /** The rules of the mapping with their outcomes, in the language of the page. */
  readonly mapping: readonly string[];
}

/** What a test of a connector has shown: the steps, what the provider told, and what a sign-in would make of it. */
export function ConnectorTest(props: ConnectorTestProps) {
  const { texts, connector, failure, steps, told, would, reported, command } = props;
  const words = texts.connectorTest;
  return (
    <Layout {...props} title={words.title(connector)} failed={failure !== undefined} wide>
      {failure ? (
        <ErrorNote focused>
          {words.failed} {failure.text} <code>{failure.reason}</code>
        </ErrorNote>
      ) : (
        <p class="note" role="status">
          {words.worked} {words.nobody}
        </p>
      )}
      {would && (
        <Part title={words.would}>
          {would.results.map((line) => (
            <p key={line}>{line}</p>
          ))}
          <Lines lines={would.changes} />
        </Part>
      )}
      {would && would.rules.length > 0 && (
        <Part title={words.rules}>
          <Lines lines={would.rules} />
        </Part>
      )}
      <Part title={words.steps}>
        <dl class="outcomes">
          {steps.map((step) => (
            <Step key={step.step} {...step} words={words} />
          ))}
        </dl>
      </Part>
      {told && (
        <>
          <Part title={words.told}>
            <Person {...props} told={told} />
          </Part>
          <Part title={words.mapping}>
            {told.mapping.length === 0 ? <p>{words.noRules}</p> : <Lines lines={told.mapping} />}
          </Part>
        </>
      )}
      {reported.length > 0 && (
        <Part title={words.reported}>
          <Lines lines={reported} />
        </Part>
      )}
      <p class="hint">
        {failure && `${words.nobody} `}
        {words.again}
      </p>
      <CommandLine command={command} />
    </Layout>
  );
}

const Part = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <section class="entry">
    <h2>{title}</h2>
    {children}
  </section>
);

const Lines = ({ lines }: { readonly lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <ul class="lines">
      {lines.map((line, place) => (
        <li key={place}>{line}</li>
      ))}
    </ul>
  );

function Step({ step, outcome, reason, details, words }: ShownStep & { readonly words: Texts['connectorTest'] }) {
  const names: Readonly<Record<string, string>> = words.step;
  return (
    <>
      <dt>{(Object.hasOwn(names, step) && names[step]) || step}</dt>
      <dd class={outcome}>
        <strong>{words.outcome[outcome]}</strong>
        {reason !== undefined && (
          <>
            {' '}
            <code>{reason}</code>
          </>
        )}
        {details.map((line) => (
          <div key={line} class="soft">
            {line}
          </div>
        ))}
      </dd>
    </>
  );
}

function Person({ texts, locale, told }: Surroundings & { readonly told: ShownPerson }) {
  const { subject, claims, groups, level, signedInAt } = told;
  const words = texts.connectorTest;
  return (
    <dl>
      <dt>{words.subject}</dt>
      <dd>{subject}</dd>
      {claims.map(({ name, values }) => (
        <>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>{values.join('\n')}</dd>
        </>
      ))}
      <dt>{words.groups}</dt>
      <dd>{groups ? groups.join('\n') || words.noGroups : words.groupsNotTold}</dd>
      <dt>{words.level}</dt>
      <dd>{level ?? words.levelNotTold}</dd>
      <dt>{words.signedInAt}</dt>
      <dd>
        {signedInAt === undefined ? (
          words.signedInNotTold
        ) : (
          <WithTime text={(when) => when} at={signedInAt} locale={locale} zone={undefined} />
        )}
      </dd>
    </dl>
  );
}
