import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** What the machine tells of a folder's disk; each may throw, and then nothing is known. */
export interface DiskProbe {
  readonly platform: NodeJS.Platform;
  /** The folder's path with every link and mapped drive resolved. */
  realPath(directory: string): string;
  /** `f_type` of `statfs`, as Linux numbers file systems. */
  fileSystemType(directory: string): number;
  /** Linux: `/proc/self/mountinfo`. macOS: what `mount` prints. */
  mounts(): string;
}

/**
 * Name of the network file system that a folder lies on; undefined on a disk of this machine, and where
 * the system does not tell. Such a file system keeps neither appends of two machines apart nor promises
 * that a sync has reached the disk, and both are what the log relies on.
 */
export function networkDisk(directory: string, probe: DiskProbe = nodeProbe): string | undefined {
  try {
    switch (probe.platform) {
      case 'win32':
        return networkShareOf(probe.realPath(directory));
      case 'darwin':
        return named(MAC_NAMES, macTypeOf(probe.realPath(directory), probe.mounts()));
      default: {
        const type = probe.fileSystemType(directory);
        if (type !== FUSE) return LINUX_TYPES.get(type);
        return named(FUSE_NAMES, linuxTypeOf(probe.realPath(directory), probe.mounts()));
      }
    }
  } catch {
    return undefined;
  }
}

/** From the Linux kernel's `include/uapi/linux/magic.h` and the file systems' own sources. */
const LINUX_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NetWare'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x20030528, 'OrangeFS'],
  [0x013111a8, 'IBRIX'],
  [0xaad7aaea, 'Panasas'],
]);

/** Many file systems share this number; the table of mounts tells them apart. */
const FUSE = 0x65735546;

const FUSE_NAMES: ReadonlyMap<string, string> = new Map([
  ['fuse.sshfs', 'SSHFS'],
  ['fuse.rclone', 'rclone'],
  ['fuse.s3fs', 'S3'],
  ['fuse.mount-s3', 'S3'],
  ['fuse.goofys', 'S3'],
  ['fuse.gcsfuse', 'Google Cloud Storage'],
  ['fuse.blobfuse2', 'Azure Blob Storage'],
  ['fuse.glusterfs', 'GlusterFS'],
  ['fuse.ceph-fuse', 'Ceph'],
  ['fuse.juicefs', 'JuiceFS'],
  ['fuse.davfs', 'WebDAV'],
  ['fuse.curlftpfs', 'FTP'],
  ['fuse.smbnetfs', 'SMB'],
  ['fuse.gvfsd-fuse', 'GVfs'],
]);

const MAC_NAMES: ReadonlyMap<string, string> = new Map([
  ['nfs', 'NFS'],
  ['smbfs', 'SMB'],
  ['afpfs', 'AFP'],
  ['webdav', 'WebDAV'],
  ['ftp', 'FTP'],
  ['macfuse', 'FUSE'],
  ['osxfuse', 'FUSE'],
]);

function named(names: ReadonlyMap<string, string>, type: string | undefined): string | undefined {
  return type === undefined ? undefined : names.get(type);
}

/** A mapped drive resolves to its share. `\\?\` and `\\.\` begin paths of this machine, unless they go on with `UNC`. */
function networkShareOf(realPath: string): string | undefined {
  return /^\\\\(?:\?\\UNC\\|(?![?.]\\))/i.test(realPath) ? 'a network share' : undefined;
}

/** Lines as in proc(5): `36 35 98:0 /root /mount/point options … - type source options`. */
function linuxTypeOf(directory: string, mounts: string): string | undefined {
  return innermost(
    directory,
    mounts.split('\n').flatMap((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const point = before.split(' ')[4];
      const [type] = after.split(' ');
      return point === undefined || type === undefined ? [] : [{ point: unescapeOctal(point), type }];
    }),
  );
}

/** Lines as `mount` prints them: `//user@server/share on /Volumes/share (smbfs, nodev, nosuid)`. */
function macTypeOf(directory: string, mounts: string): string | undefined {
  return innermost(
    directory,
    mounts.split('\n').flatMap((line) => {
      const [, point, type] = / on (.+) \(([^,)]+)/.exec(line) ?? [];
      return point === undefined || type === undefined ? [] : [{ point, type }];
    }),
  );
}

/** The type of the mount that a folder is in: the deepest, and of these the last, which hides the others. */
function innermost(directory: string, mounts: readonly { point: string; type: string }[]): string | undefined {
  let found: { point: string; type: string } | undefined;
  for (const mount of mounts) {
    const prefix = mount.point.endsWith('/') ? mount.point : `${mount.point}/`;
    if (`${directory}/`.startsWith(prefix) && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  }
  return found?.type;
}

/** Spaces and the like stand as `\040` in the table. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

const nodeProbe: DiskProbe = {
  platform: process.platform,
  realPath: (directory) => fs.realpathSync.native(directory),
  fileSystemType: (directory) => fs.statfsSync(directory).type,
  mounts: () =>
    process.platform === 'darwin'
      ? execFileSync('/sbin/mount', { encoding: 'utf8', timeout: 5_000 })
      : fs.readFileSync('/proc/self/mountinfo', 'utf8'),
};
