import { t } from '../../../src/base/texts.ts';
import { pictureAddress } from './pictureAddress.ts';

/** Gets the picture at an address as a `data:` URL; null when it could not, which the user has read then. */
export type LoadPicture = (url: string) => Promise<string | null>;

/** Shows pictures of answers: those in the text at once, those of other hosts when the reader asks for one. */
export class Pictures {
  readonly #addresses = new WeakMap<Element, string>();
  readonly #load: LoadPicture;
  /** What was loaded once is shown again without asking. */
  readonly #loaded = new Map<string, string>();

  constructor(load: LoadPicture) {
    this.#load = load;
  }

  create(href: string, alt: string): HTMLElement {
    const element = document.createElement('span');
    element.className = 'picture';
    this.#addresses.set(element, href);
    const address = pictureAddress(href);
    const data = address?.type === 'inline' ? address.data : this.#loaded.get(href);
    if (data !== undefined) show(element, data, alt);
    else if (address?.type === 'remote') this.#offer(element, address, alt);
    else element.textContent = alt;
    return element;
  }

  shows(element: Element, href: string): boolean {
    return this.#addresses.get(element) === href;
  }

  owns(element: Element): boolean {
    return this.#addresses.has(element);
  }

  #offer(element: HTMLElement, { url, host }: { readonly url: string; readonly host: string }, alt: string): void {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'picture-offer link-button';
    button.textContent = alt === '' ? t('Load the picture from {0}', host) : t('Load “{0}” from {1}', alt, host);
    button.title = url;
    button.addEventListener('click', () => {
      button.disabled = true;
      void this.#load(url).then((data) => {
        button.disabled = false;
        if (data === null) return;
        this.#loaded.set(this.#addresses.get(element) ?? '', data);
        show(element, data, alt);
      });
    });
    element.replaceChildren(button);
  }
}

function show(element: HTMLElement, data: string, alt: string): void {
  const image = document.createElement('img');
  image.src = data;
  image.alt = alt === '' ? t('Picture') : alt;
  element.replaceChildren(image);
}
