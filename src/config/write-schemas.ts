import { mkdirSync, writeFileSync } from 'node:fs'
import { publishedSchemas } from './published-schemas.ts'

/** `npm run schemas`: writes `schemas/*.json` anew after a change to `schema-*.ts`. */
const dir = new URL('../../schemas/', import.meta.url)
mkdirSync(dir, { recursive: true })
for (const [name, text] of publishedSchemas()) writeFileSync(new URL(name, dir), text)
