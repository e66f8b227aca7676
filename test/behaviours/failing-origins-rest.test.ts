import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

for (const client of upstreamClients) {
  const files = (urls: string[], ejection: string) => ({
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'routes/main.yaml': `match: { path: / }\nv1: { urls: [${urls.map(url => `"${url}"`)}], ejection: ${ejection} }\npolicy: open\n`,
    'switchback.yaml': processWith(client),
  })

  test(`(${client}) an origin that fails so many times in a row rests while another does its work`, async t => {
    const good = await startUpstream(t, 'good')
    const bad = await startUpstream(t, 'bad', (incoming, response) => {
      incoming.resume()
      response.writeHead(500).end()
    })
    const gateway = await startGateway(
      t,
      files([bad.url, good.url], '{ failures: 3, restFor: 1h }'),
    )
    const statuses: number[] = []
    for (let i = 0; i < 40; i++) {
      statuses.push((await sendRaw(gateway.port, plainRequest('/'))).status)
    }
    assert.equal(statuses.filter(status => status === 500).length, 3)
    assert.equal(bad.count(), 3)
    const ejections = `switchback_origin_ejections_total{origin="${bad.url}"}`
    assert.equal(await gateway.metric(ejections), 1)
    assert.match(gateway.logLines.join(''), /"event":"ejected"/)
  })

  test(`(${client}) a success in between begins the count anew`, async t => {
    let count = 0
    const shaky = await startUpstream(t, 'shaky', (incoming, response) => {
      incoming.resume()
      response.writeHead(++count % 3 === 0 ? 200 : 500).end()
    })
    const good = await startUpstream(t, 'good')
    const gateway = await startGateway(
      t,
      files([shaky.url, good.url], '{ failures: 3, restFor: 1h }'),
    )
    for (let i = 0; i < 40; i++) await sendRaw(gateway.port, plainRequest('/'))
    assert.equal(shaky.count(), 20)
  })

  test(`(${client}) when all of them fail, all of them are asked`, async t => {
    const failing = (name: string) =>
      startUpstream(t, name, (incoming, response) => {
        incoming.resume()
        response.writeHead(500).end()
      })
    const [a, b] = [await failing('a'), await failing('b')]
    const gateway = await startGateway(t, files([a.url, b.url], '{ failures: 2, restFor: 1h }'))
    for (let i = 0; i < 20; i++) await sendRaw(gateway.port, plainRequest('/'))
    assert.ok(a.count() >= 9 && b.count() >= 9, `${a.count()} and ${b.count()}`)
  })

  test(`(${client}) after its rest one request tries it, and its success gives it its share again`, async t => {
    let broken = true
    const back = await startUpstream(t, 'back', (incoming, response) => {
      incoming.resume()
      response.writeHead(broken ? 500 : 200).end()
    })
    const good = await startUpstream(t, 'good')
    const gateway = await startGateway(
      t,
      files([back.url, good.url], '{ failures: 1, restFor: 300ms }'),
    )
    const ask = () => sendRaw(gateway.port, plainRequest('/'))
    while (back.count() === 0) await ask()
    broken = false
    for (let i = 0; i < 10; i++) await ask()
    while (back.count() < 2) await ask()
    const before = back.count()
    for (let i = 0; i < 10; i++) await ask()
    assert.equal(back.count() - before, 5)
  })
}
