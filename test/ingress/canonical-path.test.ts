import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalPath, withoutParameters } from '../../src/ingress/canonical-path.ts'
import { parseTarget } from '../../src/ingress/target.ts'

test('paths that are canonical already pass as they are', () => {
  for (const path of [
    '/',
    '/api',
    '/api/',
    '/api/match',
    '/.well-known/x',
    '/a/...',
    '/a.b/c~d',
    '/a;v=1/b',
    "/a/b(c)'!$&*+,=:@",
  ]) {
    assert.equal(canonicalPath(path), path)
  }
})

test('escapes of unreserved characters are decoded, other hex digits upper-cased (RFC 3986 6.2.2)', () => {
  assert.equal(canonicalPath('/%61pi/%7euser'), '/api/~user')
  assert.equal(canonicalPath('/caf%c3%a9'), '/caf%C3%A9')
  assert.equal(canonicalPath('/100%25'), '/100%25')
  assert.equal(canonicalPath('/file%2ejson'), '/file.json')
})

test('every spelling of a dot segment, of a slash or of an escape is refused', () => {
  const refused = [
    '/a/..',
    '/a/../b',
    '/./a',
    '/a/.',
    '/%2e%2e/a',
    '/a/%2E%2e',
    '/..%2fa',
    '/a%2fb',
    '/a%5cb',
    '/a/\\..\\b',
    '/..;/a',
    '/.;x/a',
    '/a//b',
    '//a',
    '/%252e%252e/a',
    '/%25%32%65/a',
    '/a%00',
    '/a%0d%0ab',
    '/a%1b',
    '/a%7f',
    '/a%',
    '/a%2',
    '/a%zz',
    '/a b',
    '/a#b',
    'a',
    '',
    '/caf\u00e9',
  ]
  for (const path of refused) assert.equal(canonicalPath(path), null, path)
})

test('a canonical path is its own canonical path, and no decoding makes a dot segment of it', () => {
  const piece = fc.constantFrom(
    'a',
    '.',
    '..',
    '%2e',
    '%2E',
    '%2f',
    '/',
    '//',
    '%25',
    '2e',
    ';',
    '%61',
    '~',
    '\\',
    '%5c',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const canonical = canonicalPath(`/${pieces.join('')}`)
      if (canonical === null) return
      assert.equal(canonicalPath(canonical), canonical)
      const decoded = unescapeAll(unescapeAll(canonical)).replace(/;[^/]*/g, '')
      assert.doesNotMatch(decoded, /(^|[/\\])\.\.?([/\\]|$)/)
    }),
    { seed: 20261120, numRuns: 5000 },
  )
})

/** Decodes as a careless server does: whatever looks like an escape. */
function unescapeAll(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

test('parameters are cut from every segment as some servers do', () => {
  assert.equal(withoutParameters('/api;x=1/admin;y'), '/api/admin')
})

test('targets: the query is kept as sent, absolute form gives its authority, other forms are refused', () => {
  assert.deepEqual(parseTarget('/a?x=%2e%2e&y=\\'), {
    path: '/a',
    query: '?x=%2e%2e&y=\\',
    authority: null,
  })
  assert.deepEqual(parseTarget('http://h:1/a?b'), { path: '/a', query: '?b', authority: 'h:1' })
  assert.deepEqual(parseTarget('http://h'), { path: '/', query: '', authority: 'h' })
  for (const target of [
    '*',
    'host:443',
    '@evil',
    'ftp://h/',
    'http://u@h/',
    'http:///a',
    '/a?b#c',
    '/a?b c',
    'http://h/../a',
  ]) {
    assert.equal(parseTarget(target), null, target)
  }
})
