/** jest's global teardown: see one-mongod.mjs. */
export default async function tearDown() {
  await globalThis[Symbol.for('gatehouse.mongod')]?.end();
}
