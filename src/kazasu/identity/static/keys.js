// Makes a key pair in this browser: the private half is saved as a file and goes nowhere else.
const place = document.querySelector('#make-keys')
const button = place?.querySelector('button')
const status = place?.querySelector('[role=status]')
const field = document.querySelector('#jwks')

const bytes = text => Uint8Array.from(text, c => c.charCodeAt(0))
const base64url = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

// RFC 7638
async function thumbprint({ crv, kty, x, y }) {
  return base64url(await crypto.subtle.digest('SHA-256', bytes(JSON.stringify({ crv, kty, x, y }))))
}

function save(name, content) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/json' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

function registered() {
  try {
    return JSON.parse(field.value).keys ?? []
  } catch {
    return []
  }
}

async function make() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const { d } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  const kid = await thumbprint({ crv, kty, x, y })
  const open = { kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }
  save('kazasu-private-key.json', JSON.stringify({ ...open, d }, null, 1))
  // The newest two: the old key still serves while the new one is rolled out.
  field.value = JSON.stringify({ keys: [...registered(), open].slice(-2) }, null, 1)
}

if (button && field && globalThis.crypto?.subtle) {
  place.hidden = false
  button.addEventListener('click', async () => {
    try {
      await make()
      status.textContent = button.dataset.made
    } catch {
      status.textContent = button.dataset.failed
    }
  })
}
