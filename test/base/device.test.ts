import { expect, test } from '@jest/globals';
import { deviceOf } from '../../src/base/device.js';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0', 'Edge', 'Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18 Safari/605.1', 'Safari', 'macOS'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 CriOS/140 Safari/604.1', 'Chrome', 'iOS'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome', 'Android'],
])('%s is known as a person would say it', (agent, browser, system) => {
  expect(deviceOf(agent)).toEqual({ browser, system });
});

test('who says nothing of the kind is no device that we know', () => {
  expect([deviceOf('curl/8'), deviceOf(''), deviceOf(undefined)]).toEqual([undefined, undefined, undefined]);
});
