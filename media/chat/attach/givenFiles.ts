import { t } from '../../../src/base/texts.ts';
import { droppedFileLimit } from '../../../src/protocol/chatContext.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';

/** What a paste or a drop brings. */
type Given = Pick<DataTransfer, 'files' | 'getData' | 'types'>;

/** Takes files that are pasted or dropped: those of the workspace by where they are, others by what is in them. */
export class GivenFiles {
  readonly #ask: ChatConnection['ask'];
  readonly #failure: ChatState['failure'];

  constructor(ask: ChatConnection['ask'], failure: ChatState['failure']) {
    this.#ask = ask;
    this.#failure = failure;
  }

  /** True for what a drop can be taken of. */
  #canTake({ types }: Pick<DataTransfer, 'types'>): boolean {
    return types.some(
      (type) => type === 'Files' || type === 'text/uri-list' || type.startsWith('application/vnd.code'),
    );
  }

  /** True when there were files in it; they are attached then. A text that comes with a picture of itself is text. */
  take(given: Given, how: 'paste' | 'drop'): boolean {
    const uris = how === 'drop' ? urisOf(given) : [];
    if (uris.length > 0) {
      void this.#ask('attachUris', { uris: uris.slice(0, 50) });
      return true;
    }
    const files = [...given.files];
    if (files.length === 0 || (how === 'paste' && given.getData('text/plain') !== '')) return false;
    void this.#takeFiles(files);
    return true;
  }

  /**
   * Takes what is dropped anywhere in the view. `hear` is told whether something is over it that can be taken, and
   * when it was. Gives the end of that.
   */
  takeDrops(hear: { isOver(isOver: boolean): void; taken(): void }): () => void {
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener(
      'dragover',
      (event) => {
        if (event.defaultPrevented || event.dataTransfer === null || !this.#canTake(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        hear.isOver(true);
      },
      { signal },
    );
    document.addEventListener(
      'dragleave',
      ({ relatedTarget }) => {
        if (relatedTarget === null) hear.isOver(false);
      },
      { signal },
    );
    document.addEventListener(
      'drop',
      (event) => {
        hear.isOver(false);
        if (event.defaultPrevented || event.dataTransfer === null || !this.take(event.dataTransfer, 'drop')) return;
        event.preventDefault();
        hear.taken();
      },
      { signal },
    );
    return () => {
      listening.abort();
    };
  }

  async #takeFiles(files: readonly File[]): Promise<void> {
    const problems: string[] = [];
    for (const file of files.slice(0, 50)) {
      const problem = await this.#takeFile(file);
      if (problem !== null) problems.push(problem);
    }
    // Whatever goes well wipes out what was said before it.
    if (problems.length > 0) this.#failure.value = problems.join(' ');
  }

  /** Null when it is attached, else why not. */
  async #takeFile(file: File): Promise<string | null> {
    if (file.size > droppedFileLimit)
      return t('{0} is larger than {1} MB. Attach a part of it.', file.name, droppedFileLimit / 1_000_000);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const name = file.name === '' ? t('Pasted picture') : file.name.slice(-255);
    const isAttached = await this.#ask('attachFile', { name, mimeType: file.type.slice(0, 100), bytes });
    return isAttached ? null : this.#failure.value;
  }
}

/** VS Code’s own lists first: they have all files that were dragged, the standard one at times only the first. */
function urisOf(given: Given): string[] {
  const lists = [given.getData('application/vnd.code.uri-list'), given.getData('text/uri-list')];
  const list = lists.find((each) => each.trim() !== '') ?? '';
  return list
    .split(/[\r\n]+/u)
    .map((line) => line.trim())
    .filter((line) => /^(?:file|vscode-remote):/u.test(line) && line.length <= 4_096);
}
