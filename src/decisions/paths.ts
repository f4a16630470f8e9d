/** The addresses of the operations, below the issuer. The metadata names them. */
export const EVALUATION = '/access/v1/evaluation';
export const EVALUATIONS = '/access/v1/evaluations';
export const FILTER = '/access/v1/filter';
export const SEARCH_SUBJECT = '/access/v1/search/subject';
export const SEARCH_RESOURCE = '/access/v1/search/resource';
export const SEARCH_ACTION = '/access/v1/search/action';
export const EVENTS = '/access/v1/events';
