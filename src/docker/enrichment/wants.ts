import type { ContainerAnswer } from './container-answer.js';
import { LACKS_CONTAINER, LACKS_EXEC } from './context-maker.js';
import type { ExecAnswer } from './exec-answer.js';
import type { Subject } from './subject.js';

/** What one event wants to know: of which container and exec, and which of their demands have to be settled for it. */
export class Wants {
  readonly #containerDemand: number;
  readonly #execDemand: number;

  constructor(
    readonly container: Subject<ContainerAnswer> | undefined,
    readonly exec: Subject<ExecAnswer> | undefined,
  ) {
    this.#containerDemand = container?.demands ?? 0;
    this.#execDemand = exec?.demands ?? 0;
  }

  /** Whether an answer is awaited. */
  get isOpen(): boolean {
    return (
      !(this.container?.isSettled(this.#containerDemand) ?? true) || !(this.exec?.isSettled(this.#execDemand) ?? true)
    );
  }

  /** What of it is not known, or not as new as it should be. */
  get lacks(): number {
    const hasContainer = this.container?.isAnswered(this.#containerDemand) ?? true;
    const hasExec = this.exec?.isAnswered(this.#execDemand) ?? true;
    return (hasContainer ? 0 : LACKS_CONTAINER) + (hasExec ? 0 : LACKS_EXEC);
  }
}
