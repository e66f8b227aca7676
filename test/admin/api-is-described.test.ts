import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Fastify from 'fastify'
import { addOpenApiRoute } from '../../src/admin/openapi/openapi-routes.ts'
import { pages } from '../../src/admin/openapi/page-table.ts'
import { leastRoleFor } from '../../src/admin/role-table.ts'
import { startAdmin } from './admin-parts.ts'
import { type ApiDocument, createJudge, operationsOf } from './described-api.ts'
import { bearing, startGuardedAdmin, tokenOf } from './operators.ts'

async function described(t: Parameters<typeof startAdmin>[0]) {
  const admin = await startAdmin(t)
  const { json } = await admin.ask('GET', '/openapi.json')
  return { ...admin, document: json as ApiDocument }
}

const asPattern = (page: string) => page.replace('/{path}', '/*').replaceAll(/\{(\w+)\}/g, ':$1')

test('every page that is served is described, with the role that it asks for', async t => {
  const { document } = await described(t)
  const operations = operationsOf(document)
  assert.deepEqual([...operations.keys()].map(asPattern).sort(), Object.keys(pages).sort())
  for (const [page, { security }] of operations) {
    const [method = '', pattern] = asPattern(page).split(' ')
    const least = leastRoleFor(method, pattern)
    assert.deepEqual(security, least === 'anyone' ? [] : [{ bearer: [least] }], page)
  }
})

test('a page that nobody described cannot be served', () => {
  const app = Fastify()
  addOpenApiRoute(app)
  assert.throws(
    () => app.get('/rollouts/:flag/melt', () => ({})),
    /^Error: Cannot serve GET \/rollouts\/:flag\/melt: it must be described in page-table\.ts$/,
  )
})

test('every path that is described is on the page for people', async t => {
  const { document } = await described(t)
  const text = await readFile(join(import.meta.dirname, '../../docs/admin-api.md'), 'utf8')
  const [, table = ''] = /^\| request \|([\s\S]*?)\n\n/m.exec(text) ?? []
  const told = [...table.matchAll(/^\| (.*?) \| /gm)].flatMap(([, cell = '']) => {
    const named = [...cell.matchAll(/`(?:(GET|POST) )?([/…][^`?]*)/g)]
    const [, method, first = ''] = named[0] ?? []
    // `…/continue` stands for the path before it with another end.
    return named.map(([, own, path = '']) =>
      `${own ?? method} ${path.replace('…', first.slice(0, first.lastIndexOf('/')))}`.replaceAll(
        /<(\w+)>/g,
        '{$1}',
      ),
    )
  })
  assert.deepEqual(told.sort(), [...operationsOf(document).keys()].sort())
})

test('names are unique, what is referred to is there, and each schema is one', async t => {
  const { document } = await described(t)
  const ids = [...operationsOf(document).values()].map(({ operationId }) => operationId)
  assert.equal(new Set(ids).size, ids.length)
  const text = JSON.stringify(document)
  const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
  assert.ok(referred.length > 20)
  for (const [, name = ''] of referred) assert.ok(name in document.components.schemas, name)
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
  ajv.addVocabulary(['openapi', 'info', 'paths', 'components'])
  ajv.addSchema({ $id: 'api', ...document })
  for (const name of Object.keys(document.components.schemas)) {
    assert.ok(ajv.getSchema(`api#/components/schemas/${name}`), name)
  }
})

test('bodies and queries are described by what judges them', async t => {
  const { document } = await described(t)
  const audit = JSON.stringify(document.paths['/audit'])
  assert.match(audit, /"name":"limit","in":"query".*a whole number from 1 to 1000/)
  const promote = JSON.stringify(document.paths['/rollouts/{flag}/promote'])
  assert.match(promote, /"name":"flag","in":"path","required":true/)
  assert.match(promote, /"requestBody":\{"required":true.*1 to 128 characters on one line/)
})

test('a viewer may read it, and whoever has no token may not', async t => {
  const { ask } = await startGuardedAdmin(t)
  const headers = bearing(tokenOf('vera'))
  assert.equal((await ask('GET', '/openapi.json', { headers })).status, 200)
  assert.equal((await ask('GET', '/openapi.json')).status, 401)
})

test('a refusal is what the description says of one', async t => {
  const { ask, document } = await described(t)
  const judge = createJudge(document)
  for (const [method, path, body] of [
    ['GET', '/gates/nobody', undefined],
    ['POST', '/latches/nobody/rollback', { who: 'ada' }],
    ['POST', '/signals', {}],
    ['GET', '/nowhere', undefined],
  ] as const) {
    const { status, json } = await ask(method, path, body === undefined ? {} : { body })
    assert.equal(judge('GET /gates', status, 'application/json', json), null, path)
  }
  assert.match(
    judge('GET /gates', 404, 'application/json', { error: 'nonsense', message: '' }) ?? '',
    /allowed values/,
  )
})
