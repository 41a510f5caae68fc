// Passkeys: asks the device for one and sends what it answers.
//   <form data-passkey="add|confirm|sign-in" hidden> with input[name=credential], a button and [data-problem].
// What the device is asked stands in #passkey-options, or is fetched from data-options just before.
// The form shows itself where the browser can do it: with https, or at this very machine.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function asked({ publicKey }) {
  const told = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (told.user) told.user = { ...told.user, id: bytes(told.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (told[list]) told[list] = told[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  // Kept on the device with whose it is, so that it opens alone, without a name typed.
  if (told.user) told.authenticatorSelection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return { publicKey: told };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function options(form) {
  if (!form.dataset.options) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.dataset.options, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  return answer.json();
}

function say(form, error) {
  const place = form.querySelector("[data-problem]");
  const words = place.querySelector("[data-text]");
  const kind = { NotAllowedError: "stopped", AbortError: "stopped", InvalidStateError: "known" }[error.name] || "failed";
  words.textContent = words.dataset[kind];
  place.hidden = false;
}

async function ask(form) {
  form.querySelector("[data-problem]").hidden = true;
  try {
    const told = await options(form);
    const credential = form.dataset.passkey === "add"
      ? await navigator.credentials.create(asked(told.creation_options))
      : await navigator.credentials.get(asked(told.request_options));
    form.elements.credential.value = JSON.stringify(answered(credential));
    form.submit();
  } catch (error) {
    say(form, error);
  }
}

const able = window.PublicKeyCredential && window.isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname);
for (const form of document.querySelectorAll("[data-passkey]")) {
  form.hidden = !able;
  form.querySelector("button").addEventListener("click", () => ask(form));
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(form); });
}
for (const words of document.querySelectorAll("[data-without-passkeys]")) words.hidden = able;
