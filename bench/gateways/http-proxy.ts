/** The baseline: what a Fastify user has today. `node bench/gateways/http-proxy.ts <port> <upstream>` */
import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'

const [port, upstream = ''] = process.argv.slice(2)

const gateway = Fastify()
gateway.register(httpProxy, { upstream, websocket: true })
await gateway.listen({ host: '127.0.0.1', port: Number(port) })
