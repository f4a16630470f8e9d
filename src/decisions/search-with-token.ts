import type { Reply } from '../http/api/operation.js';
import { type Ask, answered } from './ask.js';
import type { DecisionParts } from './decision-parts.js';
import type { SubjectSearch } from './evaluation.js';
import type { ResourceServerCaller } from './resource-server-caller.js';
import type { SearchResult } from './search.js';

/** A search whose pages are told by sealed tokens: the place in a request is opened, that in the answer is sealed. */
export async function searchWithToken<Q extends Pick<SubjectSearch, 'context' | 'page'>, R>(
  caller: ResourceServerCaller,
  question: Q,
  {
    parts,
    endpoint,
    search,
  }: { readonly parts: DecisionParts; readonly endpoint: string; readonly search: Ask<Q, SearchResult<R>> },
): Promise<Reply<SearchResult<R>>> {
  const searchOf = { clientId: caller.client.id, endpoint, audience: question.context?.audience };
  const token = parts.tokens.read(question.page?.token ?? '', searchOf);
  if (token === undefined) {
    const detail = 'page.token: it is none that this search was answered with.';
    return {
      ok: false,
      problem: { code: 'invalid', detail, problems: [{ code: 'token-unknown', path: 'page.token' }] },
    };
  }
  const found = await answered(caller, { ...question, page: { ...question.page, token } }, parts, search);
  if (!found.ok) return found;
  const { next_token: place, ...page } = found.value.page;
  return { ok: true, value: { ...found.value, page: { next_token: parts.tokens.write(place, searchOf), ...page } } };
}
