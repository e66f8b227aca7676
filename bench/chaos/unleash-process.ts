/** `node unleash-process.ts <feature as JSON>`: prints `listening <port>`. */
import { startUnleash } from '../failover/unleash.ts'

const { url } = await startUnleash(JSON.parse(process.argv[2] ?? '{}'))
console.log(`listening ${new URL(url).port}`)
// Its parent is gone.
process.on('disconnect', () => process.exit())
