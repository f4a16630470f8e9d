/**
 * Imported first by each entry point and, as the same two statements, by each worker thread. From then on nothing can add a
 * field to `Object.prototype`, and `object['__proto__'] = value` writes an ordinary field: external names cannot change every
 * object of the process. `Object.freeze` would go further, but breaks mongoose, koa's cookies and ipaddr.js, which assign
 * fields such as `toString`.
 */
Object.preventExtensions(Object.prototype);
Reflect.deleteProperty(Object.prototype, '__proto__');
