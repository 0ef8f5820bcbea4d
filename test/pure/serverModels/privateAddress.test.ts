import { expect, it } from 'vitest';
import { isLoopback, isPrivateAddress } from '../../../server/models/download/privateAddress.ts';

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', 'example.org', ''])(
  '%j is not',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  },
);

it('tells this machine, also where its address is written in odd ways', () => {
  for (const text of ['http://localhost:1/', 'http://127.1/', 'http://0x7f000001/', 'http://[::1]/'])
    expect(isLoopback(new URL(text))).toBe(true);
  for (const text of ['http://127.0.0.1.example.org/', 'http://localhost.example.org/', 'http://10.0.0.1/'])
    expect(isLoopback(new URL(text))).toBe(false);
});
