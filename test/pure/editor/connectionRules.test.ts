import { describe, expect, it } from 'vitest';
import { applyCommand } from '../../../client/editor/core/applyCommand.ts';
import { checkConnection } from '../../../client/editor/core/connectionRules.ts';
import type { SocketRef } from '../../../client/editor/core/nodeCatalogue.ts';
import { testCatalogue, testDocument, testNode } from './workbench.ts';

const document = testDocument(
  [
    testNode('load', 'image/load'),
    testNode('blur', 'image/blur'),
    testNode('mix', 'image/mix'),
    testNode('number', 'values/number'),
    testNode('alien', 'other/unknown'),
  ],
  ['load.image > blur.image', 'blur.image > mix.a'],
);
const output = (node: string, port: string): SocketRef => ({ node, side: 'output', port });
const input = (node: string, port: string): SocketRef => ({ node, side: 'input', port });
const check = (a: SocketRef, b: SocketRef): unknown => {
  const result = checkConnection(document, testCatalogue, [a, b]);
  return result.ok ? (result.replaces ? 'replaces' : 'ok') : result.refusal.reason;
};

describe('checkConnection', () => {
  it.each([
    ['two of one type', output('load', 'image'), input('mix', 'b'), 'ok'],
    ['the same, dragged backwards', input('mix', 'b'), output('load', 'image'), 'ok'],
    ['a number into a parameter', output('number', 'value'), input('blur', 'amount'), 'ok'],
    ['an input that has a link', output('load', 'image'), input('mix', 'a'), 'replaces'],
    ['the link that is there', output('blur', 'image'), input('mix', 'a'), 'duplicate'],
    ['different types', output('number', 'value'), input('mix', 'b'), 'type'],
    ['a node with itself', output('blur', 'image'), input('blur', 'image'), 'same-node'],
    ['two outputs', output('blur', 'image'), output('load', 'image'), 'same-side'],
    ['a cycle', output('mix', 'image'), input('blur', 'image'), 'cycle'],
    ['an unknown node type', output('load', 'image'), input('alien', 'image'), 'unknown-socket'],
    ['a node that is not there', output('nobody', 'image'), input('mix', 'b'), 'unknown-socket'],
  ])('%s', (_, a, b, expected) => {
    expect(check(a, b)).toBe(expected);
  });

  it('guards the connect command as well', () => {
    const connect = (from: string, to: string): unknown =>
      applyCommand(
        document,
        { kind: 'connect', from: { node: from, port: 'image' }, to: { node: to, port: 'image' } },
        testCatalogue,
      );
    expect(connect('mix', 'blur')).toBe(document);
    expect(connect('load', 'blur')).toBe(document);
  });

  it('puts a new link in the place of the old one', () => {
    const command = {
      kind: 'connect',
      from: { node: 'load', port: 'image' },
      to: { node: 'mix', port: 'a' },
    } as const;
    const { links } = applyCommand(document, command, testCatalogue);
    expect(links.filter((link) => link.to.node === 'mix')).toEqual([{ from: command.from, to: command.to }]);
  });
});
