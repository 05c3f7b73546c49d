/** A worker with a defect. */
export default async function work() {
  throw new TypeError('a defect');
}
