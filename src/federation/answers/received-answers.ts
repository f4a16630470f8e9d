import { minutes, now } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { newId } from '../../base/crypto/ids.js';
import { upstreamName } from '../../sessions/proof.js';
import { onceUsed } from '../../sessions/tokens/replay-guard.js';
import type { Realm } from '../../storage/store.js';
import { remove, type Write } from '../../storage/write.js';
import type { ConnectorService } from '../connectors/connector-service.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import type { ReceivedAnswer, RedirectConnector } from '../contract/redirect-connector.js';
import type { ConnectorChain } from '../userstores/connector-chain.js';
import { upstreamAnswers } from './upstream-answer.js';

/** A browser follows one redirect with its ticket. Somebody may read a question in between. */
const WAITS = minutes(10);

/** Of the form that brings an answer, in bytes: a message of 256 KB in base64, with its characters escaped. */
export const LONGEST_ANSWER = 512 * 1024;

/** What becomes of an answer that came. `state`: where it leads. */
export type TakenIn =
  | { readonly kind: 'kept'; readonly ticket: string; readonly state?: string }
  | Extract<ReceivedAnswer, { readonly kind: 'failed' }>;

export interface KeptAnswer {
  /** For `complete` of the connector. */
  readonly received: string;
  /** To commit beside what uses the answer, so that it counts once. Refused if it was used before. */
  readonly uses: readonly Write[];
}

export interface ReceivedAnswers {
  /** Whether answers of this connector are documents. From the cache. */
  areDocuments(connector: string): Promise<boolean>;
  /**
   * Proves and keeps an answer. Undefined: there is no such connector, or its answers are parameters.
   *
   * @param options.isTest also of a connector that is disabled
   * @throws StoreUnavailable
   */
  receive(
    connector: string,
    fields: ReadonlyMap<string, string>,
    options: { readonly isTest: boolean },
  ): Promise<TakenIn | undefined>;
  /**
   * What is kept for a ticket. Undefined: nothing, any more.
   *
   * @param wanted.state of the sign-in that it answers; undefined: it has to be one that answers none
   * @throws StoreUnavailable
   */
  find(
    connector: string,
    wanted: { readonly ticket: string; readonly state: string | undefined },
  ): Promise<KeptAnswer | undefined>;
  /** Takes it, where nothing else is committed with it: once. As {@link find}. */
  take(
    connector: string,
    wanted: { readonly ticket: string; readonly state: string | undefined },
  ): Promise<Pick<KeptAnswer, 'received'> | undefined>;
}

/** What is kept for the ticket in the parameters of an answer. Undefined: they have none. `gone`: nothing is kept for it, any more. */
export async function documentOf(
  answers: Pick<ReceivedAnswers, 'find'>,
  connector: string,
  query: URLSearchParams,
): Promise<KeptAnswer | 'gone' | undefined> {
  const ticket = query.get('ticket');
  if (ticket === null) return undefined;
  return (await answers.find(connector, { ticket, state: query.get('state') ?? undefined })) ?? 'gone';
}

interface OpenedForTests {
  readonly version: number;
  /** Several answers that come at once wait for one opening. */
  readonly opening: Promise<RedirectConnector | undefined>;
}

export function receivedAnswers(parts: {
  readonly realm: Realm;
  readonly redirects: ConnectorChain['redirects'];
  readonly connectors: Pick<ConnectorService, 'open' | 'get' | 'kinds'>;
  readonly report: (connector: string, event: ConnectorEvent) => void;
}): ReceivedAnswers {
  const { realm, redirects, connectors, report } = parts;
  const answers = realm.of(upstreamAnswers);
  const forTests = new Map<string, OpenedForTests>();
  const enabled = async (id: string): Promise<RedirectConnector | undefined> =>
    (await redirects()).find(({ connector }) => connector.id === id)?.connector;

  return {
    async areDocuments(id) {
      const kind = connectors.kinds.get((await connectors.get(id))?.kind ?? '');
      return kind?.signsInBy === 'redirect' && kind.readsDocuments === true;
    },

    async receive(id, fields, { isTest }) {
      const received = await (isTest ? await tested(id) : await enabled(id))?.receive?.(fields);
      return received?.kind === 'received' ? keep(id, received) : received;
    },

    find,

    async take(connector, wanted) {
      const kept = await find(connector, wanted);
      return kept && (await realm.commit(kept.uses)).ok ? kept : undefined;
    },
  };

  /** Held until the connector changes: anybody can send what looks like an answer to a test, and each opening may ask the upstream. */
  async function tested(id: string): Promise<RedirectConnector | undefined> {
    const view = await connectors.get(id);
    const held = forTests.get(id);
    if (held && held.version === view?.version) return held.opening;
    forTests.delete(id);
    const opening = view && openRedirect(id);
    if (opening) {
      forTests.set(id, { version: view.version, opening });
      opening.catch(() => forTests.delete(id));
    }
    await (await held?.opening)?.close();
    return opening;
  }

  async function openRedirect(id: string): Promise<RedirectConnector | undefined> {
    const connector = await connectors.open(id, (event) => report(id, event));
    return connector?.signsInBy === 'redirect' ? connector : undefined;
  }

  async function find(
    connector: string,
    { ticket, state }: { readonly ticket: string; readonly state: string | undefined },
  ): Promise<KeptAnswer | undefined> {
    const kept = await answers.get(hashOf(ticket));
    const isFor = kept?.state === (state === undefined ? undefined : hashOf(state));
    if (!kept || kept.connector !== connector || !isFor) return undefined;
    const { id, answer, once, onceUntil } = kept;
    return {
      received: answer,
      uses: [onceUsed(['upstream-answer', connector, once], onceUntil), remove(upstreamAnswers, id)],
    };
  }

  async function keep(
    connector: string,
    { state, text, once, signOutName, upstreamSession }: Extract<ReceivedAnswer, { readonly kind: 'received' }>,
  ): Promise<TakenIn> {
    const ticket = newId();
    const inserted = await answers.insert({
      ...{ id: hashOf(ticket), connector, answer: text, once: once.id },
      // One that is brought at the last moment gets a ticket, too, which outlives it.
      ...{ onceUntil: once.expiresAt + WAITS, expiresAt: now() + WAITS },
      ...(state !== undefined && { state: hashOf(state) }),
      ...(signOutName !== undefined && { signOutName: upstreamName(connector, signOutName) }),
      ...(upstreamSession !== undefined && { upstreamSession: upstreamName(connector, upstreamSession) }),
    });
    if (!inserted.ok) throw new Error('A new ticket is taken.');
    return { kind: 'kept', ticket, ...(state !== undefined && { state }) };
  }
}
