import { readFileSync } from 'node:fs'

// Plain JavaScript, since the Node that this is for may not run TypeScript.
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const wanted = devDependencies.node
const found = process.versions.node

if (found.split('.')[0] !== wanted.split('.')[0]) {
  console.error(
    `Cannot test: node must be ${wanted}, as devDependencies pin it, received ${found} at ${process.execPath}.`,
  )
  console.error(
    'Run `npm ci`, with install scripts allowed: the package `node` puts that version first on the path of npm scripts.',
  )
  process.exit(1)
}
