import { toDisposable } from '../../src/base/disposable.ts';
import type { Channel } from '../../src/base/rpc.ts';

/** What VS Code gives to a webview, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): unknown;
}

declare global {
  var acquireVsCodeApi: () => VsCodeApi;
}

/** The pipe to the extension host. It has no end of its own: it goes with the page. */
export function hostChannel(api: VsCodeApi): Channel {
  return {
    send(frame) {
      api.postMessage(frame);
    },
    onFrame(listener) {
      const onMessage = (event: MessageEvent): void => {
        // VS Code delivers from a frame of the same origin; nobody else has a say here.
        if (event.origin === globalThis.origin) listener(event.data);
      };
      globalThis.addEventListener('message', onMessage);
      return toDisposable(() => {
        globalThis.removeEventListener('message', onMessage);
      });
    },
    onClose: () => toDisposable(() => undefined),
  };
}
