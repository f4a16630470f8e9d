import type { ServerOptions } from 'node:http';
import { seconds } from '../../base/clock.js';

/** The limits of one connection. For `http.createServer`. */
export const serverLimits: ServerOptions = {
  /** In bytes, including the request line: many times the size of an authorization request with claims. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: seconds(10),
  /** The whole request with its body; bodies have a few kilobytes. */
  requestTimeout: seconds(20),
  /** Longer than the 60 s for which proxies keep idle connections, so that the proxy closes first. */
  keepAliveTimeout: seconds(65),
  connectionsCheckingInterval: seconds(2),
};
