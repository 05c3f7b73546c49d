/** A worker whose thread ends in the middle of its job. */
export default async function work() {
  process.exit(3);
}
