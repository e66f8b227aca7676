import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configDir, faultLines, faultsOf } from './config-dir.ts'

const policy = (text: string) => ({ 'policies/careful.yaml': `auth: public\n${text}\n` })

const allowed: readonly string[] = [
  'addresses: { allow: [10.0.0.0/8, 192.0.2.7, "2001:db8::/32", "::1"], deny: [10.1.0.0/16] }',
  'contentTypes: [application/json, multipart/*, application/vnd.api+json]',
  'cors: { origins: ["*"] }',
  'cors: { origins: ["https://app.example.com", "http://localhost:3000", "https://[::1]:8443"], credentials: true }',
  'cors: { origins: ["https://*.example.com", "http://*.localhost:3000", "capacitor://localhost"] }',
  'securityHeaders: { contentTypeOptions: nosniff, hsts: { maxAgeSeconds: 0 } }',
  'securityHeaders: { hsts: { maxAgeSeconds: 31536000, includeSubDomains: true, preload: true } }',
  'securityHeaders: { contentSecurityPolicy: "default-src \'self\'; img-src *" }',
]

const range = 'an IP address or a CIDR range'
const origin = 'an origin such as https://app.example.com or https://*.example.com, or "*"'

/** Policy → the faults, as `field rule`. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'addresses: {}': ['addresses given at least one of allow and deny'],
  'addresses: { allow: [] }': ['addresses.allow a list of at least one'],
  'addresses: { allow: [10.0.0.0/33, 10.0.0.1], deny: [localhost, "::1%eth0"] }': [
    `addresses.allow[0] ${range}`,
    `addresses.deny[0] ${range}`,
    `addresses.deny[1] ${range}`,
  ],
  'addresses: { deny: ["::ffff:10.0.0.0/104"] }': [
    'addresses.deny[0] written as the IPv4 address or range that it maps',
  ],
  'addresses: { deny: ["0:0:0:0:0:FFFF:a00:1"] }': [
    'addresses.deny[0] written as the IPv4 address or range that it maps',
  ],
  'contentTypes: [json, "*/*", "application/json; charset=utf-8"]': [
    'contentTypes[0] a media type such as application/json, or multipart/*',
    'contentTypes[1] a media type such as application/json, or multipart/*',
    'contentTypes[2] a media type such as application/json, or multipart/*',
  ],
  'cors: {}': ['cors.origins present'],
  'cors: { origins: ["https://app.example.com/", "https://App.example.com", "https://app.example.com:443", "app.example.com"] }':
    [0, 1, 2, 3].map(i => `cors.origins[${i}] ${origin}`),
  'cors: { origins: ["https://*.com", "https://a.*.example.com", "https://*", "ws*://a.example"] }':
    [0, 1, 2, 3].map(i => `cors.origins[${i}] ${origin}`),
  'cors: { origins: ["null"] }': [
    'cors.origins[0] an origin that is somebody: any page can have null',
  ],
  'cors: { origins: ["https://app.example.com", "*"] }': [
    'cors.origins[1] the only origin, since it is all of them',
  ],
  'cors: { origins: ["*"], credentials: true }': [
    'cors.credentials false, as long as origins are "*"',
  ],
  'cors: { origins: ["*"], headers: ["*"], methods: [patch] }': [
    'cors.methods[0] a method in capitals',
    'cors.headers[0] a header name of letters, digits and hyphens',
  ],
  'securityHeaders: {}': ['securityHeaders given at least one header'],
  'securityHeaders: { hsts: { maxAgeSeconds: 600, preload: true } }': [
    'securityHeaders.hsts.maxAgeSeconds at least 31536000 (a year) with preload',
    'securityHeaders.hsts.preload false, as long as includeSubDomains is',
  ],
  'securityHeaders: { contentSecurityPolicy: "a\\nb", frameOptions: deny }': [
    'securityHeaders.contentSecurityPolicy printable ASCII on one line, without space around it',
    'securityHeaders.frameOptions one of "DENY", "SAMEORIGIN"',
  ],
}

describe('an entrance is allowed', () => {
  for (const text of allowed) {
    it(text, async t => assert.deepEqual(await faultsOf(await configDir(t, policy(text))), []))
  }
})

describe('an entrance is refused, with the field and the line', () => {
  for (const [text, expected] of Object.entries(refused)) {
    it(text, async t => {
      const found = await faultsOf(await configDir(t, policy(text)))
      assert.deepEqual(
        found.map(({ field, rule }) => `${field} ${rule}`).sort(),
        expected.toSorted(),
      )
      for (const { file, line } of found) {
        assert.equal(`${file}:${line}`, 'policies/careful.yaml:2')
      }
    })
  }

  it('and with the value', async t => {
    const files = policy('cors: { origins: ["*"], credentials: true }')
    assert.deepEqual(await faultLines(await configDir(t, files)), [
      'policies/careful.yaml:2:38 cors.credentials must be false, as long as origins are "*", received true',
    ])
  })
})
