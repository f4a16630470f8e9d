import { Layout, type Surroundings } from './layout.js';

export interface ArrivingProps extends Surroundings {
  /** The address that the browser opens automatically. */
  readonly href: string;
  /** The application's name, if known. */
  readonly application?: string;
  /** The name of another identity provider, to which it leads instead. */
  readonly provider?: string;
}

/** Shown between our form and the application, or another identity provider. The browser redirects at once; the link is a fallback. */
export function Arriving(props: ArrivingProps) {
  const { href, application, provider, texts } = props;
  const name = provider ?? application;
  const words = texts.arriving;
  return (
    <Layout {...props} title={provider === undefined ? words.title : words.titleAt(provider)} goesOnTo={href}>
      <p>{words.body}</p>
      <p>
        <a href={href}>{name === undefined ? words.goOn : words.goOnTo(name)}</a>
      </p>
    </Layout>
  );
}
