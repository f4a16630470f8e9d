/**
 * Imported first by each entry and, in the same two statements, by each worker thread. From then on nothing can add a field to
 * `Object.prototype`, and `object['__proto__'] = value` writes an ordinary field: a name from outside can't change what every object of the
 * process has. `Object.freeze` would go further and breaks mongoose, koa's cookies and ipaddr.js, which assign fields such as `toString`.
 */
Object.preventExtensions(Object.prototype);
Reflect.deleteProperty(Object.prototype, '__proto__');
