import { Layout, type Surroundings } from './layout.js';

export interface ArrivingProps extends Surroundings {
  /** Where the browser goes on by itself. */
  readonly href: string;
  /** Whose address it is, where that is known. */
  readonly application?: string;
}

/** Between a form of ours and the application: the browser goes on at once, and the link is for those that don't. */
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
