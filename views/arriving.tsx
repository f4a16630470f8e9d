import { Layout, type Surroundings } from './layout.js';

export interface ArrivingProps extends Surroundings {
  /** The address that the browser opens automatically. */
  readonly href: string;
  /** The application's name, if known. */
  readonly application?: string;
}

/** Shown between our form and the application. The browser redirects at once; the link is a fallback. */
export function Arriving(props: ArrivingProps) {
  const { href, application, texts } = props;
  const words = texts.arriving;
  return (
    <Layout {...props} title={words.title} goesOnTo={href}>
      <p>{words.body}</p>
      <p>
        <a href={href}>{application === undefined ? words.goOn : words.goOnTo(application)}</a>
      </p>
    </Layout>
  );
}
