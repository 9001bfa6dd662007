import { expect, test } from 'vitest';
import { spansMeet, versionIn } from '../../server/kernel/version.js';

test.each([
  ['VERSION = 4\nPATCHLEVEL = 14\nSUBLEVEL = 177\nEXTRAVERSION =\n', '4.14.177'],
  ['VERSION = 3\nPATCHLEVEL = 9\n', '3.9.0'],
  ['#define UTS_RELEASE "6.12.3-rc1+"\n', '6.12.3'],
  ['v5.14-rc5', '5.14'],
  ['6.1', '6.1'],
])('the version in %j is %s', (text, version) => {
  expect(versionIn(text)).toBe(version);
});

test.each(['', 'linux', '4', '6.1x', '# VERSION = 4'])('%j tells no version', (text) => {
  expect(versionIn(text)).toBeNull();
});

test('minor numbers compare as numbers', () => {
  expect(spansMeet({ from: '4.9', to: '4.10' }, { from: '4.2', to: '4.8' })).toBe(false);
  expect(spansMeet({ from: '4.9', to: '4.10' }, { from: '4.10', to: null })).toBe(true);
});
