import type { Disposable } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type Channel, type Handlers, RpcPeer, type Silent } from '../base/rpc.ts';
import type { IndexProcessContract } from '../protocol/indexProcess.ts';
import { ContextIndex } from './contextIndex.node.ts';
import { ServedHistory } from './history/servedHistory.node.ts';

/**
 * Serves the workspace's index, and that of the history, over a channel; `onClosed` is called once it was asked to close
 * and has saved. For `graphWorthAt` see {@link ContextIndex}.
 */
export function serveContextIndex(
  channel: Channel,
  assetDirectory: string,
  onClosed: () => void,
  graphWorthAt?: number,
): Disposable {
  const log: Log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  let index: ContextIndex | undefined;
  // Made at the first request, so that what is missing is told to whoever asks.
  const opened = (): ContextIndex => {
    if (index !== undefined) return index;
    index = new ContextIndex(assetDirectory, log, graphWorthAt);
    index.onDidChangeStatus((status) => {
      peer.emit('status', status);
    });
    index.onDidChangeDeepModel(() => {
      peer.emit('deepModelChanged', null);
    });
    index.onDidRefine(() => {
      peer.emit('refined', null);
    });
    return index;
  };
  const history = new ServedHistory(
    () => opened().tools,
    (state) => {
      peer.emit('history.changed', state);
    },
  );
  const handlers: Handlers<IndexProcessContract> = {
    ...history.handlers,
    open: (params) => opened().open(params),
    status: () => opened().status(),
    search: (params, signal) => opened().search(params, signal),
    similar: (params, signal) => opened().similar(params, signal),
    names: (params) => opened().names(params),
    related: ({ path, limit }) => opened().related(path, limit),
    map: ({ folder, tokens }) => opened().map(folder, tokens),
    update: () => opened().update(),
    rebuild: () => opened().rebuild(),
    limitCpu: ({ percent }) => {
      opened().limitCpu(percent);
    },
    userActive: () => {
      opened().userActive();
    },
    pause: () => {
      opened().pause();
    },
    resume: () => {
      opened().resume();
    },
    pathsChanged: ({ paths }) => {
      opened().pathsChanged(paths);
    },
    filesOpen: ({ paths }) => {
      opened().filesOpen(paths);
    },
    overview: () => opened().overview(),
    leftOut: (params) => opened().leftOut(params),
    mayRead: ({ paths }) => opened().mayRead(paths),
    useModel: ({ id }) => {
      opened().useModel(id ?? undefined);
    },
    allowDeepModel: ({ isAllowed }) => {
      opened().allowDeepModel(isAllowed);
    },
    missingVectors: ({ limit }) => opened().chosenModel.missing(limit),
    takeVectors: ({ id, vectors }) => {
      opened().chosenModel.take(id, vectors);
    },
    work: () => opened().work(),
    countTokens: (texts) => opened().countTokens(texts),
    resolveEdit: (edit) => opened().resolveEdit(edit),
    close: async () => {
      await history.close();
      await index?.close();
      setImmediate(onClosed);
    },
  };
  const peer = new RpcPeer<IndexProcessContract, Silent>(channel, {
    handlers,
    onInternalError(method, error) {
      log.error(`${method} failed: ${errorMessage(error)}`);
    },
  });
  return {
    dispose() {
      peer.dispose();
      history.dispose();
      index?.dispose();
    },
  };

  function say(level: keyof Log): (message: string) => void {
    return (message) => {
      peer.emit('log', { level, message });
    };
  }
}
