import { Socket } from 'node:net';

/** Ends this process when the one that has started it is gone, however that ended: then its pipe to here closes. */
export function endWithParent(): void {
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(1));
  if (process.stdin instanceof Socket) process.stdin.unref();
}
