/** Lets one call at a time into a plugin's state: Falco never calls a state from two threads, and a plugin relies on it. */
export class Turn {
  #call: string | undefined;
  #settled: Promise<void> = Promise.resolve();
  #over = false;

  get busy(): boolean {
    return this.#call !== undefined;
  }

  /** Runs a call that ends before this returns. `name` says what it is, for the error of whoever comes too early. */
  run<T>(name: string, call: () => T): T {
    this.#enter(name);
    try {
      return call();
    } finally {
      this.#call = undefined;
    }
  }

  /** Runs a call that ends when its promise settles. */
  async runAsync<T>(name: string, call: () => Promise<T>): Promise<T> {
    this.#enter(name);
    try {
      const result = call();
      this.#settled = result.then(ignore, ignore);
      return await result;
    } finally {
      this.#call = undefined;
    }
  }

  /** As `runAsync`, but waits for its turn. */
  async runWhenIdle<T>(name: string, call: () => Promise<T>): Promise<T> {
    while (this.busy) await this.#settled;
    return this.runAsync(name, call);
  }

  /** Lets no call in any more. */
  end(): void {
    this.#over = true;
  }

  #enter(name: string): void {
    if (this.#over) throw new Error(`${name} of a plugin that is destroyed`);
    if (this.#call !== undefined) {
      throw new Error(`${name} while ${this.#call} is under way: a plugin's state takes one call at a time`);
    }
    this.#call = name;
  }
}

function ignore(): void {}
