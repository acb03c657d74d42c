import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import { type DiskProbe, networkDisk } from '../../../src/storage/engine/networkDisk.node.ts';
import { EngineFolder } from './engineFixture.ts';

const FUSE = 0x65735546;

const mountinfo = [
  '22 27 0:21 / /proc rw,relatime - proc proc rw',
  '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '40 27 0:60 / /data/ann/far\\040away rw,nosuid shared:2 - fuse.sshfs ann@server: rw,user_id=0',
  '41 27 0:61 / /data/ann/stick rw,nosuid - fuseblk /dev/sdb1 rw',
  '42 27 0:62 / /data/ann/stick/cloud rw,nosuid - fuse.rclone drive: rw',
  '',
].join('\n');

const macMounts = [
  '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
  '/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)',
  '//ann@server/projects on /Volumes/All projects (on tape) (smbfs, nodev, nosuid, mounted by ann)',
  'server:/export on /Volumes/export (nfs, nodev)',
  '',
].join('\n');

function linux(type: number): DiskProbe {
  return { platform: 'linux', realPath: (directory) => directory, fileSystemType: () => type, mounts: () => mountinfo };
}

function mac(): DiskProbe {
  return { ...linux(0), platform: 'darwin', mounts: () => macMounts };
}

function windows(realPath: string): DiskProbe {
  return { ...linux(0), platform: 'win32', realPath: () => realPath };
}

describe('A folder on a network disk', () => {
  for (const [name, directory, probe, expected] of [
    ['ext4', '/home', linux(0xef53), undefined],
    ['tmpfs', '/tmp', linux(0x01021994), undefined],
    ['btrfs', '/home', linux(0x9123683e), undefined],
    ['NFS', '/home', linux(0x6969), 'NFS'],
    ['CIFS', '/home', linux(0xff534d42), 'SMB'],
    ['SMB 2 and 3', '/home', linux(0xfe534d42), 'SMB'],
    ['Lustre', '/home', linux(0x0bd00bd0), 'Lustre'],
    ['sshfs, below its mount', '/data/ann/far away/store', linux(FUSE), 'SSHFS'],
    ['sshfs, at its mount', '/data/ann/far away', linux(FUSE), 'SSHFS'],
    ['a stick that FUSE mounts', '/data/ann/stick/store', linux(FUSE), undefined],
    ['a cloud within the stick', '/data/ann/stick/cloud/store', linux(FUSE), 'rclone'],
    ['a folder whose name only begins like a mount', '/data/ann/far awayy', linux(FUSE), undefined],
    ['APFS', '/private/var', mac(), undefined],
    ['SMB on a Mac', '/Volumes/All projects (on tape)/store', mac(), 'SMB'],
    ['NFS on a Mac', '/Volumes/export/store', mac(), 'NFS'],
    ['a disk of Windows', 'C:\\data', windows('C:\\data'), undefined],
    ['a long path of Windows', 'C:\\data', windows('\\\\?\\C:\\data'), undefined],
    ['a drive that is mapped to a share', 'Z:\\store', windows('\\\\server\\share\\store'), 'a network share'],
    ['a long path of a share', 'Z:\\store', windows('\\\\?\\UNC\\server\\share'), 'a network share'],
  ] as const) {
    it(`is ${expected === undefined ? 'not found in' : 'known by'} ${name}`, () => {
      assert.equal(networkDisk(directory, probe), expected);
    });
  }

  it('is not made up where the system does not tell', () => {
    const silent = (): never => {
      throw new Error('no answer');
    };
    for (const probe of [linux(FUSE), mac(), windows('')]) {
      assert.equal(networkDisk('/data/ann/far away', { ...probe, realPath: silent, mounts: silent }), undefined);
    }
  });

  it('is refused by the store, with the reason, before anything is written', async () => {
    const folder = new EngineFolder();
    const platform = { ...folder.platform(), networkDisk: () => 'NFS' };
    await assert.rejects(folder.open({ platform }), { code: 'unsupported', message: /network disk \(NFS\)/ });
    assert.deepEqual(readdirSync(folder.directory), []);
    await folder.dispose();
  });

  it('is not taken for the folder of temporary files', () => {
    assert.equal(networkDisk(os.tmpdir()), undefined);
  });
});
