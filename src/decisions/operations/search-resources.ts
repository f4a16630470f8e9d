import { foundEntity } from '../answer-schema.js';
import { resourceSearchInput } from '../evaluation.js';
import { SEARCH_RESOURCE } from '../paths.js';
import { searchResources } from '../search.js';
import { searchOperation } from './search-operation.js';

/** Lists the declared resources at which a subject may do this (AuthZEN 1.0, 8.5). */
export const resourceSearch = searchOperation({
  id: 'searchResources',
  path: SEARCH_RESOURCE,
  summary: 'List the declared resources that a subject may act on',
  body: resourceSearchInput,
  item: foundEntity,
  search: searchResources,
});
