/** A question that a model of a daemon was asked. */
export interface AskedQuestion {
  readonly path: string;
  answer(body: unknown): void;
  /** An HTTP answer other than 200, as the client library tells of it. */
  refuse(status: number, message: string): void;
  /** No HTTP answer at all. */
  fail(error: Error): void;
}

/** In the place of a daemon's client: keeps what is asked until the test answers it. */
export class ModelClient {
  /** All questions so far. */
  readonly asked: AskedQuestion[] = [];
  /** Those without an answer by now. */
  readonly open = new Set<AskedQuestion>();
  mostOpen = 0;
  /** When it is set, it is told of each question. */
  onAsked: ((question: AskedQuestion) => void) | undefined;

  readonly #signals = new WeakMap<AskedQuestion, () => void>();

  get = (path: string, signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const question: AskedQuestion = {
        path,
        answer: (body) => this.#close(question, () => resolve(body)),
        refuse: (statusCode, message) =>
          this.#close(question, () =>
            reject(Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), { statusCode })),
          ),
        fail: (error) => this.#close(question, () => reject(error)),
      };
      const abort = () => question.fail(signal.reason);
      signal.addEventListener('abort', abort);
      this.#signals.set(question, () => signal.removeEventListener('abort', abort));
      this.asked.push(question);
      this.open.add(question);
      this.mostOpen = Math.max(this.mostOpen, this.open.size);
      this.onAsked?.(question);
    });

  /** The paths that were asked for, in order. */
  get paths(): string[] {
    return this.asked.map(({ path }) => path);
  }

  /** The first question without an answer that is about this path. */
  question(path: string): AskedQuestion {
    for (const question of this.open) if (question.path === path) return question;
    throw new Error(`nobody asks for ${path}, but for ${[...this.open].map((open) => open.path)}`);
  }

  #close(question: AskedQuestion, settle: () => void): void {
    this.open.delete(question);
    this.#signals.get(question)?.();
    settle();
  }
}
