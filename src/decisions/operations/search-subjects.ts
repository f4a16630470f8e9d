import { foundEntity } from '../answer-schema.js';
import { subjectSearchInput } from '../evaluation.js';
import { SEARCH_SUBJECT } from '../paths.js';
import { searchSubjects } from '../search.js';
import { searchOperation } from './search-operation.js';

/** Lists who may do this (AuthZEN 1.0, 8.4). */
export const subjectSearch = searchOperation({
  id: 'searchSubjects',
  path: SEARCH_SUBJECT,
  summary: 'List the subjects that may do something',
  body: subjectSearchInput,
  item: foundEntity,
  search: searchSubjects,
});
