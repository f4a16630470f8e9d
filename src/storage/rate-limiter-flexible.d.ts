/* eslint-disable no-restricted-exports -- a CommonJS module's one export is its default, and not ours to name */
// The package types these classes at its root but does not export them there; its root also loads a client for every store
// it knows, which is a twentieth of a second at each start.
declare module 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js' {
  import { RateLimiterStoreAbstract } from 'rate-limiter-flexible';
  export default RateLimiterStoreAbstract;
}
declare module 'rate-limiter-flexible/lib/RateLimiterRes.js' {
  import { RateLimiterRes } from 'rate-limiter-flexible';
  export default RateLimiterRes;
}
