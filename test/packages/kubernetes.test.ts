import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { cp, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { makeCertificate } from '../support/certificates.ts'
import { root } from './image.ts'
import { type Node, readYaml } from './yaml-files.ts'

const folder = 'deploy/kubernetes'
const base = `${folder}/base`
const [kustomization] = await readYaml(base, 'kustomization.yaml')
const files = await Array.fromAsync(glob('**/*.yaml', { cwd: join(root, folder) }))

/** The objects of a file, of which there must be one of the kind. */
async function only(kind: string, ...path: string[]): Promise<Node> {
  const found = (await readYaml(folder, ...path)).filter(each => each.kind === kind)
  assert.equal(found.length, 1)
  return found[0]
}

const deployment = await only('Deployment', 'base', 'deployment.yaml')
const pod = deployment.spec.template
const [container] = pod.spec.containers

/** The configuration as a pod sees it, with a certificate in the place of the secret's. */
async function mounted(t: { after: (end: () => Promise<void>) => void }) {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-conf-'))
  t.after(() => rm(dir, { recursive: true }))
  const { configMap } = pod.spec.volumes.find((each: Node) => each.name === 'config')
  const sources = kustomization.configMapGenerator.flatMap((each: Node) => each.files)
  for (const { key, path } of configMap.items) {
    const source = sources.find((each: string) => each.startsWith(`${key}=`))?.split('=')[1]
    assert.equal(source, `config/${path}`)
    await cp(join(root, base, source), join(dir, path))
  }
  const { cert, key } = await makeCertificate({ commonName: 'switchback-admin' })
  await writeFile(join(dir, 'tls.crt'), cert)
  await writeFile(join(dir, 'tls.key'), key)
  const file = join(dir, 'switchback.yaml')
  const written = await readFile(file, 'utf8')
  await writeFile(file, written.replaceAll('/etc/switchback-tls', dir))
  const secrets = [...written.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
  const env = Object.fromEntries(
    secrets.map(name => [name, name === 'REDIS_URL' ? 'redis://redis:6379' : hash('sha256', name)]),
  )
  const loaded = await loadConfig({ dir, env })
  assert.deepEqual(loaded.ok ? [] : loaded.faults, [])
  assert.ok(loaded.ok)
  return { ...loaded.snapshot, secrets: new Set(secrets), items: configMap.items }
}

/** Every place within an object, as the steps to it. */
function placesOf(node: Node, at: readonly string[] = []): string[][] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) => [
    [...at, key],
    ...placesOf(value, [...at, key]),
  ])
}

/** The same with a value there that no field takes. */
function broken(object: Node, place: readonly string[]): Node {
  const copy = structuredClone(object)
  const last = place.slice(0, -1).reduce((node, key) => node[key], copy)
  last[place.at(-1) ?? ''] = Symbol('of no type')
  return copy
}

test('every object is one of its kind by the published schemas, without a field that these do not know', async () => {
  const kinds: Record<string, number> = {}
  for (const file of files.filter(each => !/kustomization\.yaml$|\/config\//.test(each))) {
    for (const object of await readYaml(folder, file)) {
      const { apiVersion, kind } = object
      // Of the Prometheus Operator, which Kubernetes does not know.
      if (kind === 'ServiceMonitor') continue
      const { [kind]: Model } = await import(`kubernetes-models/${apiVersion}/${kind}`)
      new Model(object).validate()
      kinds[kind] = placesOf(object).length
      // What a schema knows it judges: a field in which anything may stand is a misspelt one.
      for (const place of placesOf(object)) {
        if (place[0] === 'apiVersion' || place[0] === 'kind') continue
        const judge = () => new Model(broken(object, place)).validate()
        assert.throws(judge, Error, `${file}: ${place.join('.')}`)
      }
    }
  }
  assert.ok(Object.keys(kinds).length >= 7 && Number(kinds.Deployment) > 100)
})

test('every file is part of one kustomization, and every resource is there', async () => {
  const listed: string[] = []
  for (const file of files.filter(each => each.endsWith('kustomization.yaml'))) {
    const [{ resources }] = await readYaml(folder, file)
    listed.push(...resources.map((each: string) => join(file, '..', each)))
  }
  const manifests = files.filter(file => !/kustomization\.yaml$|\/config\//.test(file))
  // A folder that is built upon must not have the folder that builds on it: that would be a circle.
  assert.deepEqual(listed.sort(), [...manifests, 'base', 'base'].sort())
})

test('a pod gets the whole configuration, and starts with it', async t => {
  const { items, secrets, process } = await mounted(t)
  const configs = files.flatMap(file => /^base\/config\/(.*)$/.exec(file)?.[1] ?? [])
  assert.deepEqual(items.map(({ path }: Node) => path).sort(), configs.sort())
  const page = await readFile(join(root, 'docs/deploy.md'), 'utf8')
  const told = [...page.matchAll(/--from-literal=(\w+)=/g)].map(([, name = '']) => name)
  assert.deepEqual(new Set(told), secrets)

  const ports = Object.fromEntries(
    container.ports.map((each: Node) => [each.name, each.containerPort]),
  )
  assert.deepEqual(ports, { http: process.listen.port, admin: process.admin.port })
  const writable = container.volumeMounts.filter((each: Node) => each.readOnly !== true)
  assert.deepEqual(
    writable.map((each: Node) => each.mountPath),
    [process.store.dir],
  )
  assert.equal(process.unleash?.backupDir, process.store.dir)
  assert.equal(container.args.at(-1), '/etc/switchback')
})

test('a pod has the time to drain, and serves until nobody is sent to it', async t => {
  const { process } = await mounted(t)
  const { delayMs, lingerMs, graceMs } = process.drain
  const { terminationGracePeriodSeconds } = pod.spec
  assert.ok(terminationGracePeriodSeconds * 1000 > delayMs + lingerMs + graceMs + 2000)
  // The kubelet looks at readiness that often, and endpoints take a moment.
  const { periodSeconds, failureThreshold } = container.readinessProbe
  assert.ok(delayMs >= 2 * periodSeconds * failureThreshold * 1000)
})

test('probes ask pages that need no token, over the TLS of the listener', async t => {
  const { process } = await mounted(t)
  const scheme = process.admin.tls === undefined ? 'HTTP' : 'HTTPS'
  const asked = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
    name => container[name].httpGet,
  )
  assert.deepEqual(asked, [
    { scheme, path: '/health', port: 'admin' },
    { scheme, path: '/health', port: 'admin' },
    { scheme, path: '/ready', port: 'admin' },
  ])
})

test('whatever selects pods selects these, and ports have the names of the container', async () => {
  const { labels } = pod.metadata
  const services = await readYaml(base, 'service.yaml')
  const selectors = [
    deployment.spec.selector.matchLabels,
    ...pod.spec.topologySpreadConstraints.map((each: Node) => each.labelSelector.matchLabels),
    (await only('PodDisruptionBudget', 'base', 'disruption-budget.yaml')).spec.selector.matchLabels,
    (await only('NetworkPolicy', 'base', 'network-policy.yaml')).spec.podSelector.matchLabels,
    ...services.map(({ spec }) => spec.selector),
  ]
  for (const selector of selectors) {
    assert.ok(Object.keys(selector).length > 0)
    for (const [name, value] of Object.entries(selector)) assert.equal(labels[name], value)
  }
  const names = container.ports.map((each: Node) => each.name)
  for (const { spec } of services) {
    for (const { targetPort } of spec.ports) assert.ok(names.includes(targetPort))
  }
  const monitor = await only('ServiceMonitor', 'monitored', 'service-monitor.yaml')
  const admin = services.find(({ metadata }) => metadata.name === 'switchback-admin')
  assert.deepEqual(monitor.spec.selector.matchLabels, admin.metadata.labels)
  assert.equal(monitor.spec.endpoints[0].port, admin.spec.ports[0].name)
  const scaler = await only('HorizontalPodAutoscaler', 'autoscaled', 'autoscaler.yaml')
  const { kind, name } = scaler.spec.scaleTargetRef
  assert.deepEqual([kind, name], [deployment.kind, deployment.metadata.name])
})

test('a pod asks for nothing that the restricted standard forbids', async () => {
  const { securityContext, automountServiceAccountToken, hostNetwork } = pod.spec
  assert.deepEqual(
    [securityContext.runAsNonRoot, securityContext.seccompProfile.type],
    [true, 'RuntimeDefault'],
  )
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  assert.deepEqual([automountServiceAccountToken, hostNetwork], [false, undefined])
  const allowed = ['configMap', 'secret', 'emptyDir', 'name']
  for (const volume of pod.spec.volumes) {
    for (const key of Object.keys(volume)) assert.ok(allowed.includes(key), key)
  }
  const namespace = await only('Namespace', 'base', 'namespace.yaml')
  assert.equal(namespace.metadata.name, kustomization.namespace)
  assert.equal(namespace.metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted')
})
