// Sign in with the card and sign a document, in one Node file (openid-client 6). Run it: see README.md.
import crypto from 'node:crypto'
import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import * as jose from 'jose'
import * as client from 'openid-client'

const ISSUER = process.env.ISSUER ?? 'http://id.localhost:8000/api/realms/main'
const PORT = Number(process.env.PORT ?? 5004)
const HOME = `http://127.0.0.1:${PORT}`
const KEPT = process.env.KEPT ?? 'relying-party.json' // holds a private key: never commit it

// A sandbox lives at *.localhost, which browsers know and Node does not. Not needed in production.
const lookup = dns.lookup
dns.lookup = (host, ...rest) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest)

// Our client_id and key; the first start makes the key and registers its public half.
const EC = { name: 'ECDSA', namedCurve: 'P-256' }
// The ID token's signature is verified too, not only where it came from; plain http is fine in a sandbox alone.
const http_is_fine_here = { execute: [client.enableNonRepudiationChecks, client.allowInsecureRequests] }
if (!fs.existsSync(KEPT)) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const answer = await fetch(`${ISSUER}/clients-registrations/openid-connect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Node Bicycles',
      'client_name#ja': 'ノード自転車',
      redirect_uris: [`${HOME}/callback`],
      post_logout_redirect_uris: [`${HOME}/`],
      jwks: { keys: [{ kty, crv, x, y, kid: 'k1' }] },
      scope: 'openid name sign',
      purposes: { name: ['契約書のあて名', 'to address the contract'] },
    }),
  }).catch(() => {
    throw new Error(`No country answers at ${ISSUER}: ./kazasu up, or set ISSUER to where yours is`)
  })
  if (!answer.ok) throw new Error(await answer.text())
  const kept = { registered: await answer.json(), key: await crypto.subtle.exportKey('jwk', privateKey) }
  fs.writeFileSync(KEPT, JSON.stringify(kept), { mode: 0o600 })
}
const { registered, key } = JSON.parse(fs.readFileSync(KEPT, 'utf8'))
const privateKey = await crypto.subtle.importKey('jwk', key, EC, false, ['sign'])
const config = await client.discovery(
  new URL(ISSUER), registered.client_id, {}, client.PrivateKeyJwt({ key: privateKey, kid: 'k1' }), http_is_fine_here)

const sessions = new Map() // by cookie; yours outlive a restart

async function start(session, response, parameters) {
  session.pkceCodeVerifier = client.randomPKCECodeVerifier()
  session.expectedState = client.randomState()
  session.expectedNonce = client.randomNonce()
  redirect(response, client.buildAuthorizationUrl(config, {
    redirect_uri: `${HOME}/callback`,
    state: session.expectedState,
    nonce: session.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(session.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  }))
}

async function callback(session, response, url) {
  const { pkceCodeVerifier, expectedState, expectedNonce, signing, sub } = session
  if (!expectedState) return redirect(response, '/')
  for (const once of ['pkceCodeVerifier', 'expectedState', 'expectedNonce', 'signing']) delete session[once]
  const checks = { pkceCodeVerifier, expectedState, expectedNonce } // and iss, aud, exp, signature
  const tokens = await client.authorizationCodeGrant(config, url, checks)
  const person = tokens.claims()
  if (signing) {
    if (person.sub !== sub) return page(response, "<p>Another person's card signed.</p>", 403)
    const result = await own('GET', `/${signing}/result`)
    return page(response, `<p>Signed: evidence <code>${(await stated(result, sub)).jti}</code></p>`)
  }
  session.sub = person.sub
  session.name = (await client.fetchUserInfo(config, tokens.access_token, person.sub)).name
  redirect(response, '/')
}

const DOCUMENT = Buffer.from(JSON.stringify({
  title: { ja: '売買契約書', en: 'Contract of sale' },
  lines: [{ label_ja: '品目', label_en: 'Item', value: 'Bicycle, 1' }],
})).toString('base64')

/** What the service states of a signature, once it verifies: of this person, of our document. It is the evidence to keep. */
async function stated(result, subject) {
  const keys = await (await fetch(config.serverMetadata().signature_statements_jwks_uri)).json()
  const { payload } = await jose.jwtVerify(result.statement, jose.createLocalJWKSet(keys), {
    issuer: ISSUER, audience: registered.client_id, subject, typ: 'kazasu-signature-evidence+jws', algorithms: ['ES256'],
  })
  const digest = crypto.createHash('sha256').update(Buffer.from(DOCUMENT, 'base64')).digest('hex')
  if (payload.verdict !== 'good' || payload.document_sha256 !== digest) throw new Error('not the signature that we asked for')
  return payload
}

async function sign(session, response) {
  if (!session.sub) return redirect(response, '/')
  session.signing = (await own('POST', '', JSON.stringify({ document: DOCUMENT }))).sign_transaction_id
  await start(session, response, { scope: 'openid sign', sign_transaction_id: session.signing })
}

/** Call the signing interface in our own name (client_credentials). */
async function own(method, path, body) {
  const { access_token } = await client.clientCredentialsGrant(config, { scope: 'sign' })
  const url = new URL(config.serverMetadata().sign_transactions_endpoint + path)
  const headers = new Headers({ 'content-type': 'application/json' })
  return (await client.fetchProtectedResource(config, access_token, url, method, body, headers)).json()
}

const redirect = (response, url) => response.writeHead(303, { location: String(url) }).end()
const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
const page = (response, text, status = 200) =>
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
    .end(`<!doctype html><html lang='en'><title>Node Bicycles</title><main>${text}</main></html>`)

http.createServer(async (request, response) => {
  const url = new URL(request.url, HOME)
  let cookie = /node-bicycles=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  if (!sessions.has(cookie)) {
    cookie = crypto.randomUUID()
    sessions.set(cookie, {})
    response.setHeader('set-cookie', `node-bicycles=${cookie}; Path=/; HttpOnly; SameSite=Lax`)
  }
  const session = sessions.get(cookie)
  try {
    const asked = `${request.method} ${url.pathname}`
    if (asked === 'GET /login') await start(session, response, { scope: 'openid name' })
    else if (asked === 'GET /callback') await callback(session, response, url)
    else if (asked === 'POST /sign') await sign(session, response)
    else if (asked === 'GET /me') { // for the signed in alone: what a conformance run looks at
      if (session.name) page(response, `<p>${escape(session.name)}</p>`)
      else redirect(response, '/')
    } else if (asked !== 'GET /') page(response, '<p>There is nothing here.</p>', 404)
    else if (!session.name) page(response, "<p><a href='/login'>Sign in with your card</a></p>")
    else page(response, `<p>Hello, ${escape(session.name)}.</p>
      <form method='post' action='/sign'><button>Sign the contract</button></form>`)
  } catch (error) {
    // The service says why; where a sandbox's clock was moved, it says what time it is there.
    // Of an answer with a challenge the library leaves the body unread.
    const told = error.error ? error : (await error.response?.json().catch(() => undefined)) ?? {}
    const why = [told.error ?? error.message, told.error_description].filter(Boolean).join(', ')
    page(response, `<p>Not confirmed: ${escape(why)}. Nothing was sent.</p>`, 403)
  }
}).listen(PORT, '127.0.0.1')
