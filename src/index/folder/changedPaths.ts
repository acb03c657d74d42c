import type { Disposable } from '../../base/disposable.ts';
import { isRuleFile } from '../files/ignoreRules.ts';

/** Events come in swarms; the first of one waits so long for the others. */
const SETTLE_MS = 15;
/** With more changed paths than this, looking at all files is faster than at each. */
const MANY_PATHS = 300;

/** Collects paths that were changed, and hands them on when the last ones are done with: a swarm of any size costs two rounds. */
export class ChangedPaths implements Disposable {
  readonly #look: (paths: readonly string[] | undefined) => Promise<void>;
  readonly #paths = new Set<string>();
  #isBusy = false;
  #isDisposed = false;

  /** `look` is given relative paths, or undefined where everything has to be looked at. It never throws. */
  constructor(look: (paths: readonly string[] | undefined) => Promise<void>) {
    this.#look = look;
  }

  add(paths: readonly string[]): void {
    for (const path of paths) if (isRuleFile(path) || !/(^|\/)\.git(\/|$)/.test(path)) this.#paths.add(path);
    if (this.#paths.size > 0 && !this.#isBusy) void this.#handOn();
  }

  /** Whether somebody waits for what has changed. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#paths.clear();
  }

  async #handOn(): Promise<void> {
    this.#isBusy = true;
    while (this.#paths.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const paths = [...this.#paths];
      this.#paths.clear();
      if (this.#isDisposed) break;
      const isForAll = paths.length > MANY_PATHS || paths.some((path) => isRuleFile(path));
      await this.#look(isForAll ? undefined : paths);
    }
    this.#isBusy = false;
  }
}
