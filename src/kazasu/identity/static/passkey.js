// Passkeys on the service's own pages: binding one, and signing in with one. Without scripts the card remains.
const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

// What this service refuses it says itself; everything else comes from the browser, in words of its own.
class Told extends Error {}

async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body ?? {}),
  }).catch(() => { throw new DOMException("", "NetworkError"); });
  const answer = await response.json();
  if (!response.ok) throw new Told(document.documentElement.lang === "ja" ? answer.title_ja : answer.title_en);
  return answer;
}

async function bind(url) {
  const options = await post(`${url}/options`);
  options.challenge = decode(options.challenge);
  options.user.id = decode(options.user.id);
  options.excludeCredentials = (options.excludeCredentials ?? []).map((one) => ({ ...one, id: decode(one.id) }));
  const made = await navigator.credentials.create({ publicKey: options });
  const { onward } = await post(url, {
    id: made.id, rawId: encode(made.rawId), type: made.type,
    response: { clientDataJSON: encode(made.response.clientDataJSON), attestationObject: encode(made.response.attestationObject) },
  });
  location.assign(onward);
}

async function use(url) {
  const options = await post(`${url}/options`);
  options.challenge = decode(options.challenge);
  const found = await navigator.credentials.get({ publicKey: options });
  const { onward } = await post(url, {
    id: found.id, rawId: encode(found.rawId), type: found.type,
    response: {
      clientDataJSON: encode(found.response.clientDataJSON), authenticatorData: encode(found.response.authenticatorData),
      signature: encode(found.response.signature), userHandle: found.response.userHandle ? encode(found.response.userHandle) : null,
    },
  });
  location.assign(onward);
}

for (const button of document.querySelectorAll("button[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const status = document.getElementById("passkey-status");
    status.textContent = "";
    document.querySelector("main .banner-success")?.remove(); // it was of the time before
    button.disabled = true;
    try {
      await (button.dataset.passkey === "bind" ? bind : use)(button.dataset.url);
    } catch (error) {
      const words = JSON.parse(button.dataset.words);
      status.textContent = error instanceof Told ? error.message : (words[error.name] ?? words.other);
    } finally {
      button.disabled = false;
    }
  });
}
