import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { bearing, people, startGuardedAdmin, tokenOf } from '../admin/operators.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { configDir, oneRoute, startGateway } from '../support/gateway.ts'
import { runProgram } from './run-program.ts'

const authority = await makeAuthority('operators.test')

/** A gateway that serves operators over TLS, under no address that the certificate names but 127.0.0.1. */
async function startSecured(t: TestContext) {
  const { cert, key } = await makeCertificate({
    commonName: 'gateway.test',
    altNames: ['127.0.0.1'],
    ca: authority,
  })
  const admin = {
    host: '::ffff:127.0.0.1',
    port: await freePort(),
    tls: { certFile: 'tls/cert.pem', keyFile: 'tls/key.pem' },
    tokens: people,
  }
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9', v2: 'http://127.0.0.1:9' }),
    'tls/cert.pem': cert,
    'tls/key.pem': key,
    'tls/ca.pem': authority.cert,
    'switchback.yaml': `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${JSON.stringify(admin)}\ndrain: { lingerMs: 0 }\n`,
  })
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(gateway.dir, name)
    await writeFile(path, text)
    return path
  }
  return { gateway, file, address: `https://127.0.0.1:${admin.port}` }
}

const env = (name: string) => ({ SWITCHBACK_ADMIN_TOKEN: tokenOf(name) })

test('commands prove who asks by a token, over the certificate of the configuration', async t => {
  const { gateway, file } = await startSecured(t)
  const here = ['-c', gateway.dir]
  const tokenFile = await file('anna.token', `${tokenOf('anna')}\n`)
  const back = await runProgram(
    { SUDO_USER: 'root' },
    ...['rollback', 'v2', ...here, '--token-file', tokenFile],
  )
  assert.deepEqual([back.code, back.error], [0, ''])
  assert.equal(back.out, 'v2: anna (root) sent all traffic back to V1')
  const status = await runProgram(env('vera'), 'status', ...here)
  assert.deepEqual([status.code, status.error], [0, ''])
  const audit = await runProgram(env('vera'), 'audit', '--json', ...here)
  assert.match(audit.out, /"who":"anna \(root\)"/)
})

test('an authority can be named, and without one a strange certificate is refused', async t => {
  const { gateway, address } = await startSecured(t)
  const at = ['--admin', address]
  const known = await runProgram(
    env('vera'),
    'gate',
    'v2',
    ...at,
    '--ca',
    join(gateway.dir, 'tls/ca.pem'),
  )
  assert.notEqual(known.out, '')
  assert.equal(known.error, '')
  const unknown = await runProgram(env('vera'), 'status', ...at)
  assert.equal(unknown.code, 3)
  assert.match(unknown.error, /its authority can be given with --ca$/)
})

test('only the certificate of the configuration is right where its files say which', async t => {
  const { gateway } = await startSecured(t)
  const stranger = await makeCertificate({
    commonName: 'gateway.test',
    altNames: ['127.0.0.1', '::ffff:127.0.0.1'],
    ca: authority,
  })
  const [, port] = /:(\d+)$/.exec(gateway.adminUrl) ?? []
  // Its authority, which the file names as well, vouches for what is shown: another one all the same.
  const copy = await configDir(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'other.pem': `${stranger.cert}\n${authority.cert}`,
    'other-key.pem': stranger.key,
    'switchback.yaml': `admin: ${JSON.stringify({
      host: '::ffff:127.0.0.1',
      port: Number(port),
      tls: { certFile: 'other.pem', keyFile: 'other-key.pem' },
      tokens: people,
    })}\n`,
  })
  const { code, error } = await runProgram(env('vera'), 'status', '-c', copy)
  assert.equal(code, 3)
  assert.match(error, /received another certificate than admin\.tls\.certFile$/)
})

test('who may not is told so, with an exit code of its own', async t => {
  const { port, keeper } = await startGuardedAdmin(t)
  const at = ['--admin', `http://127.0.0.1:${port}`]
  const nobody = await runProgram({}, 'rollback', 'v2_migration', ...at)
  assert.equal(nobody.code, 7)
  assert.match(nobody.error, /received none \(SWITCHBACK_ADMIN_TOKEN or --token-file\)$/)
  const viewer = await runProgram(env('vera'), 'rollback', 'v2_migration', ...at)
  assert.equal(viewer.code, 7)
  assert.match(viewer.error, /it needs the role operator, received vera, who is viewer$/)
  const guess = await runProgram(
    { SWITCHBACK_ADMIN_TOKEN: 'guess' },
    'drill',
    'v2_migration',
    ...at,
  )
  assert.equal(guess.code, 7)
  assert.match(guess.error, /received one that is refused \(token-unknown\)$/)
  assert.equal(keeper.stateOf('v2_migration').version, 0)
  assert.equal((await runProgram(env('anna'), 'rollback', 'v2_migration', ...at)).code, 0)
})

for (const { what, argv, told } of [
  {
    what: 'a token would go over cleartext',
    argv: ['--admin', 'http://gateway.test:9900'],
    told: /--admin must be https, or a loopback address, since a token goes along, received http:/,
  },
  {
    what: 'the file of the token is not there',
    argv: ['--token-file', '/nowhere/token'],
    told: /--token-file must be a file that can be read, received \/nowhere\/token \(ENOENT\)$/,
  },
  {
    what: 'the file of the authority is not there',
    argv: ['--admin', 'https://gateway.test:9900', '--ca', '/nowhere/ca'],
    told: /--ca must be a file that can be read/,
  },
  {
    what: 'the address carries a name and a password',
    argv: ['--admin', 'https://a:b@gateway.test'],
    told: /It must be like http:\/\/127\.0\.0\.1:9900, or https/,
  },
]) {
  test(`nothing is asked where ${what}`, async () => {
    const { code, error } = await runProgram(env('anna'), 'status', ...argv)
    assert.equal(code, 2)
    assert.match(error, told)
    assert.doesNotMatch(error, /sbadm/)
  })
}

test('a text of several words is no token', async () => {
  const { code, error } = await runProgram({ SWITCHBACK_ADMIN_TOKEN: 'a b' }, 'status')
  assert.equal(code, 2)
  assert.match(error, /SWITCHBACK_ADMIN_TOKEN must hold one token, received other text$/)
})

test('a token that was made is let in by the lines printed with it, and stands in none of them', async t => {
  const made = await runProgram(
    {},
    ...['token', '--name', 'anna', '--role', 'operator', '--until', '2099-01-31'],
  )
  assert.equal(made.code, 0)
  const [token = '', , ...rest] = made.out.split('\n')
  assert.match(token, /^sbadm_[\w-]{43}$/)
  assert.ok(!rest.join('\n').includes(token))
  const yaml = rest.slice(rest.indexOf('admin:')).join('\n')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'switchback.yaml': `listen: { host: 127.0.0.1, port: 0 }\n${yaml.replace('admin:', 'admin:\n  port: 0')}\ndrain: { lingerMs: 0 }\n`,
  })
  const { status } = await fetch(`${gateway.adminUrl}/status`, { headers: bearing(token) })
  assert.equal(status, 200)
  const again = await runProgram({}, 'token', '--name', 'anna', '--role', 'operator')
  assert.notEqual(again.out.split('\n')[0], token)
  assert.doesNotMatch(again.out, /until/)
})

for (const argv of [
  ['--name', 'anna'],
  ['--role', 'viewer'],
  ['--name', 'anna', '--role', 'root'],
  ['--name', 'anna, role: approver }', '--role', 'viewer'],
  ['--name', 'anna', '--role', 'viewer', '--until', '2027-02-30'],
]) {
  test(`no token is made from ${argv.join(' ')}`, async () => {
    const { code, out } = await runProgram({}, 'token', ...argv)
    assert.deepEqual([code, out], [2, ''])
  })
}

test('without tokens the one in the environment is no hindrance', async t => {
  const gateway = await startGateway(t, oneRoute({ v1: 'http://127.0.0.1:9' }))
  assert.equal((await runProgram(env('anna'), 'status', '--admin', gateway.adminUrl)).code, 0)
})
