// npm next-auth 4 on Node's own server, through its handler for API routes: what Next.js would give it is in `asked` and `answering`.
// Usage: node next_auth.mjs ISSUER PORT; the registered client and its private key as JSON on the first line of standard input.
import dns from 'node:dns'
import http from 'node:http'
import readline from 'node:readline'
import { default as library } from 'next-auth'

const NextAuth = library.default // CommonJS
const lookup = dns.lookup
dns.lookup = (host, ...rest) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest)

const [issuer, port] = process.argv.slice(2)
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { client_id, key } = JSON.parse((await lines.next()).value)
const home = `http://127.0.0.1:${port}`
process.env.NEXTAUTH_URL = home

const options = {
  secret: 'of this process alone',
  providers: [{
    id: 'kazasu', name: 'Kazasu', type: 'oauth', issuer,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    clientId: client_id,
    client: { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [key] },
    authorization: { params: { scope: 'openid profile email name' } },
    checks: ['pkce', 'state', 'nonce'],
    idToken: true,
    userinfo: { request: ({ client, tokens }) => client.userinfo(tokens) }, // with idToken it reads the ID token alone, where names are not
    profile: (claims) => ({ id: claims.sub, name: claims.name, email: null }),
  }],
  callbacks: {
    session: ({ session, token }) => ({ ...session, subject: token.sub }),
  },
}

function asked(request, url, body) {
  const cookies = (request.headers.cookie ?? '').split('; ').filter(Boolean)
  return {
    method: request.method,
    headers: request.headers,
    query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split('/').slice(3) },
    cookies: Object.fromEntries(cookies.map((one) => [one.slice(0, one.indexOf('=')), decodeURIComponent(one.slice(one.indexOf('=') + 1))])),
    body: Object.fromEntries(new URLSearchParams(body)),
  }
}

function answering(response) {
  response.status = (code) => { response.statusCode = code; return response }
  response.send = (body) => typeof body === 'object' ? response.json(body) : response.end(body)
  response.json = (body) => { response.setHeader('content-type', 'application/json'); response.end(JSON.stringify(body)) }
  return response
}

http.createServer(async (request, response) => {
  const url = new URL(request.url, home)
  if (!url.pathname.startsWith('/api/auth/')) return response.setHeader('content-type', 'text/html').end('<title>In</title><main>You are in.</main>')
  let body = ''
  for await (const part of request) body += part
  return NextAuth(asked(request, url, body), answering(response), options)
}).listen(Number(port), '127.0.0.1', () => console.log('ready'))
