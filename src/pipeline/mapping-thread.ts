import { parentPort } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { compileExpression } from '../config/expression.ts'
import { serveBodies } from '../upstream/mapping/body-thread.ts'
import { createMapBody } from '../upstream/mapping/map-body.ts'

// The program of the thread that maps bodies; started by upstream/mapping/mapping-thread.ts.
if (parentPort !== null) serveBodies(parentPort, createMapBody(compileExpression), systemClock)
