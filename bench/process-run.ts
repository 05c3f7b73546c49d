/** What a process of its own took to evaluate rules. */
export interface ProcessRun {
  readonly seconds: number;
  /** Peak resident set, in MB. */
  readonly memory: number;
}
