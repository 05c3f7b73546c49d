import type { FieldInfo } from './field-info.js';

/** Where the events of a batch come from, as far as rules must know. A loaded plugin is one. */
export interface EventOrigin {
  readonly info: {
    readonly name: string;
    readonly version: string;
    /** The event source that rules name. */
    readonly eventSource: string;
  };
  /** The fields that can be extracted from its events. */
  readonly fields: readonly FieldInfo[];
}
