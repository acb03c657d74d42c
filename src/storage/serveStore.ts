import { type Channel, RpcPeer, type Silent } from '../base/rpc.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { Store } from './openStore.ts';

/** Answers the contract over a channel for as long as that lasts. */
export function serveStore(channel: Channel, store: Store): void {
  const peer = new RpcPeer<StoreContract, Silent>(channel, { handlers: store.handlers });
  store.onDidChange((change) => {
    peer.emit('changed', change);
  });
  store.onDidLock((locked) => {
    peer.emit('locked', locked);
  });
  store.onNotice((notice) => {
    peer.emit('notice', notice);
  });
}
