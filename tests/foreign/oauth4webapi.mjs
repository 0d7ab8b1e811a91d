// npm oauth4webapi, the library below openid-client: each step and each check by hand.
// Usage: node oauth4webapi.mjs ISSUER plain|strict
import { done, metadata, visit } from './loopback.mjs'
import * as oauth from 'oauth4webapi'

const [issuer, mode] = process.argv.slice(2)
const strict = mode === 'strict'
const insecure = { [oauth.allowInsecureRequests]: true }
const url = new URL(issuer)
const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))

const keys = await oauth.generateKeyPair(strict ? 'PS256' : 'ES256', { extractable: true })
const jwk = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), kid: 'k1' }
delete jwk.key_ops
delete jwk.ext
const client = await oauth.processDynamicClientRegistrationResponse(
  await oauth.dynamicClientRegistrationRequest(as, metadata('oauth4webapi', issuer, jwk, strict), insecure))
const proves = oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'k1' })
const redirect = client.redirect_uris[0]
const DPoP = strict ? oauth.DPoP(client, await oauth.generateKeyPair('ES256')) : undefined
const options = { ...insecure, DPoP }

const verifier = oauth.generateRandomCodeVerifier()
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
const parameters = new URLSearchParams({
  client_id: client.client_id, redirect_uri: redirect, response_type: 'code', state, nonce,
  scope: 'openid name birthdate offline_access', acr_values: 'aal3',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
})
const pushed = await oauth.processPushedAuthorizationResponse(
  as, client, await oauth.pushedAuthorizationRequest(as, client, proves, parameters, options))
const go = new URL(as.authorization_endpoint)
go.searchParams.set('client_id', client.client_id)
go.searchParams.set('request_uri', pushed.request_uri)

const answer = oauth.validateAuthResponse(as, client, await visit(go, 'authenticate'), state)
const tokens = await oauth.processAuthorizationCodeResponse(as, client, await oauth.authorizationCodeGrantRequest(
  as, client, proves, answer, redirect, verifier, options), { expectedNonce: nonce, requireIdToken: true })
const claims = oauth.getValidatedIdTokenClaims(tokens)
const person = await oauth.processUserInfoResponse(
  as, client, claims.sub, await oauth.userInfoRequest(as, client, tokens.access_token, options))
const next = await oauth.processRefreshTokenResponse(
  as, client, await oauth.refreshTokenGrantRequest(as, client, proves, tokens.refresh_token, options))

// Bound tokens are worth nothing without their key, and a code nothing the second time.
const bare = await oauth.protectedResourceRequest(tokens.access_token, 'GET', new URL(as.userinfo_endpoint), undefined, undefined, insecure)
  .then((r) => r.status, (e) => e.status)
const twice = await oauth.authorizationCodeGrantRequest(as, client, proves, answer, redirect, verifier, options)

const bye = new URL(as.end_session_endpoint)
bye.searchParams.set('id_token_hint', tokens.id_token)
bye.searchParams.set('client_id', client.client_id)
bye.searchParams.set('post_logout_redirect_uri', client.post_logout_redirect_uris[0])
const left = await visit(bye, 'leave')

done({
  client_id: client.client_id, sub: claims.sub, acr: claims.acr, amr: claims.amr, type: tokens.token_type,
  name: person.name, birthdate: person.birthdate, refreshed: next.access_token !== tokens.access_token,
  bare, twice: (await twice.json()).error, left: String(left),
})
