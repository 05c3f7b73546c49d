/** Whether this is a pipeline, where nothing may be written that nobody would commit. */
export function isCi(): boolean {
  const { CI = '' } = process.env;
  return !['', '0', 'false'].includes(CI.toLowerCase());
}
