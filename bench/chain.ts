import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { users, writeCallers } from './callers.ts'
import { copyConfig, edit, switchbackArgv } from './own-config.ts'
import type { Scenario } from './scenarios.ts'
import { createTokenIssuer, type TokenIssuer } from './tokens.ts'

const redisPort = 9703

/**
 * The whole chain of a request, beside HAProxy's: a token is checked, its user's rate counted, and a
 * quarter of the users sent to V2. Each gateway is asked by the same 200 tokens.
 */
export function chainScenarios(scratchDir: string): Scenario[] {
  const issuer = createTokenIssuer()
  const callers = users.map(user => bearer(issuer.tokenOf(user)))
  const callersFile = writeCallers(join(scratchDir, 'tokens.json'), callers)
  const greedyFile = writeCallers(join(scratchDir, 'greedy.json'), callers.slice(0, 1))
  const refused = Object.entries(issuer.badTokens).map(
    ([what, token]) => [what, bearer(token)] as const,
  )
  const chain = {
    ...{ callers, callersFile },
    // A quarter of 200 is 50, give or take three standard deviations.
    v2Share: [0.15, 0.35] as const,
    proof: { refused: [['no token', {}] as const, ...refused], greedyFile },
  }
  writeFileSync(join(scratchDir, 'idp.pem'), issuer.pem)
  return [
    {
      ...chain,
      name: 'haproxy-chain',
      port: 9720,
      gateway: [
        ...['haproxy', '-db', '-C', scratchDir],
        ...['-f', join(import.meta.dirname, 'peers/haproxy-chain.cfg')],
      ],
      versionArgv: ['haproxy', '-v'],
      aptPackage: 'haproxy',
    },
    {
      ...chain,
      name: 'switchback-chain',
      port: 9718,
      gateway: switchbackArgv(writeChainConfig(scratchDir, 'switchback-chain', 9718, issuer)),
      versionArgv: null,
    },
    {
      ...chain,
      name: 'switchback-chain-redis',
      port: 9719,
      gateway: switchbackArgv(writeRedisConfig(scratchDir, 9719, issuer)),
      beside: {
        name: 'redis',
        argv: ['redis-server', '--port', String(redisPort), '--bind', '127.0.0.1', '--save', ''],
        port: redisPort,
      },
      versionArgv: ['redis-server', '--version'],
      aptPackage: 'redis-server',
    },
  ]
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` }
}

function writeChainConfig(dir: string, name: string, port: number, issuer: TokenIssuer): string {
  const config = copyConfig('switchback-chain', dir, name, port)
  writeFileSync(join(config, 'jwks.json'), JSON.stringify(issuer.jwks))
  return config
}

function writeRedisConfig(dir: string, port: number, issuer: TokenIssuer): string {
  const config = writeChainConfig(dir, 'switchback-chain-redis', port, issuer)
  edit(join(config, 'switchback.yaml'), document =>
    document.setIn(['store', 'redis'], `redis://127.0.0.1:${redisPort}`),
  )
  return config
}
