import assert from 'node:assert/strict';
import { userDataDirectory } from '../../../src/cli/dataDirectory.ts';

const cases: { platform: NodeJS.Platform; environment: Record<string, string>; home: string; directory: string }[] = [
  { platform: 'linux', environment: {}, home: '/home/user', directory: '/home/user/.local/share/sextant' },
  { platform: 'linux', environment: { XDG_DATA_HOME: '/data' }, home: '/home/user', directory: '/data/sextant' },
  {
    platform: 'linux',
    environment: { XDG_DATA_HOME: '' },
    home: '/home/user',
    directory: '/home/user/.local/share/sextant',
  },
  {
    platform: 'linux',
    environment: { XDG_DATA_HOME: 'data' },
    home: '/home/user',
    directory: '/home/user/.local/share/sextant',
  },
  { platform: 'freebsd', environment: {}, home: '/home/user', directory: '/home/user/.local/share/sextant' },
  {
    platform: 'darwin',
    environment: {},
    home: '/Users/user',
    directory: '/Users/user/Library/Application Support/sextant',
  },
  {
    platform: 'win32',
    environment: { LOCALAPPDATA: 'D:\\Data' },
    home: 'C:\\Users\\user',
    directory: 'D:\\Data\\sextant',
  },
  {
    platform: 'win32',
    environment: {},
    home: 'C:\\Users\\user',
    directory: 'C:\\Users\\user\\AppData\\Local\\sextant',
  },
];

describe('The user’s data folder', () => {
  for (const { platform, environment, home, directory } of cases) {
    it(`is ${directory} on ${platform} with ${JSON.stringify(environment)}`, () => {
      assert.equal(userDataDirectory(platform, environment, home), directory);
    });
  }
});
