// Says in words what allauth's script would only write to the console: a passkey was refused, or its window was closed.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  document.getElementById('passkey_trouble').hidden = false
})
