import { FormElsewhere } from './components/form-elsewhere.js';
import { Layout, type Surroundings } from './layout.js';

export interface ArrivingProps extends Surroundings {
  /** The address that the browser opens automatically. */
  readonly href: string;
  /** The browser goes there by a form with these fields. Absent: by a link. */
  readonly form?: readonly (readonly [name: string, value: string])[];
  /** The application's name, if known. */
  readonly application?: string;
  /** The name of another identity provider, to which it leads instead. */
  readonly provider?: string;
}

/** Shown between our form and the application, or another identity provider. The browser redirects at once; the link is a fallback. */
export function Arriving(props: ArrivingProps) {
  const { href, form, application, provider, texts } = props;
  const name = provider ?? application;
  const words = texts.arriving;
  const button = name === undefined ? words.goOn : words.goOnTo(name);
  const title = provider === undefined ? words.title : words.titleAt(provider);
  return form ? (
    <Layout {...props} title={title}>
      <p>{words.body}</p>
      <FormElsewhere href={href} fields={form} button={button} isSentAtOnce />
    </Layout>
  ) : (
    <Layout {...props} title={title} goesOnTo={href}>
      <p>{words.body}</p>
      <p>
        <a href={href}>{button}</a>
      </p>
    </Layout>
  );
}
