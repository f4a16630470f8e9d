/** Ends what one-mongod.mjs started. */
export default async function endMongod() {
  await globalThis[Symbol.for('gatehouse.mongod')]?.end();
}
