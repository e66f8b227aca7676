import { mkdirSync, writeFileSync } from 'node:fs'
import { referencePages } from './pages.ts'

/** `npm run reference`: writes `docs/reference/*.md` anew after a change to what they are read off. */
const dir = new URL('../docs/reference/', import.meta.url)
mkdirSync(dir, { recursive: true })
for (const [name, text] of await referencePages()) writeFileSync(new URL(name, dir), text)
