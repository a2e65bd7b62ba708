// Passkeys: what only the browser can do. The server makes the challenge and checks the answer.
"use strict";

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function listed(keys) {
  return (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
}

async function sent(address, csrf, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.words ?? found.title ?? "It was not accepted.");
  return found;
}

async function signed(options) {
  const key = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: listed(options.allowCredentials),
    },
  });
  return {
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    response: {
      authenticatorData: text(key.response.authenticatorData),
      clientDataJSON: text(key.response.clientDataJSON),
      signature: text(key.response.signature),
      userHandle: key.response.userHandle ? text(key.response.userHandle) : undefined,
    },
    clientExtensionResults: {},
  };
}

async function made(options) {
  const key = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    },
  });
  return {
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    response: {
      attestationObject: text(key.response.attestationObject),
      clientDataJSON: text(key.response.clientDataJSON),
    },
    clientExtensionResults: {},
  };
}

async function run(button) {
  const { passkey, csrf, next, isNew } = button.dataset;
  const begun = await sent(`${passkey}/options`, csrf, {});
  const answer = isNew === undefined ? await signed(begun.options) : await made(begun.options);
  const label = document.getElementById("passkey-label")?.value ?? "";
  const body = { ceremony: begun.ceremony, answer };
  const told = await sent(passkey, csrf, isNew === undefined ? { ...body, next } : { ...body, label });
  location.assign(told.next);
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  const words = button.closest("section")?.querySelector("[data-passkey-words]");
  const can = Boolean(window.PublicKeyCredential);
  button.disabled = !can;
  if (words) words.textContent = can ? "" : "This browser knows no passkeys, or the address is not one for them.";
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await run(button);
    } catch (error) {
      if (words) words.textContent = error instanceof Error ? error.message : "It was not accepted.";
    } finally {
      button.disabled = false;
    }
  });
}
