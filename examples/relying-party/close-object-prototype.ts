/** Imported first, so that no name from a request or a token can change what every object of the process has. */
Object.preventExtensions(Object.prototype);
Reflect.deleteProperty(Object.prototype, '__proto__');
