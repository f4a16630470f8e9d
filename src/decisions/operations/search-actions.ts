import { foundAction } from '../answer-schema.js';
import { actionSearchInput } from '../evaluation.js';
import { SEARCH_ACTION } from '../paths.js';
import { searchActions } from '../search.js';
import { searchOperation } from './search-operation.js';

/** Lists what a subject may do to a resource (AuthZEN 1.0, 8.6). */
export const actionSearch = searchOperation({
  id: 'searchActions',
  path: SEARCH_ACTION,
  summary: 'List what a subject may do to a resource',
  body: actionSearchInput,
  item: foundAction,
  search: searchActions,
});
