/* Loaded before the editor, which says only once that it is there: modules that load later ask this promise.
   The editor's dialogs ask Django's catalogue for their words, and its buttons ask nobody: the page has both. */
const editorWords = JSON.parse(document.querySelector("meta[name=editor-words]")?.content || "{}")
globalThis.django = globalThis.django || {}
globalThis.django.catalog = { ...editorWords, ...globalThis.django.catalog }

const translated = (word) => editorWords[word] ?? word

function nameButtons(menu) {
  for (const button of menu.querySelectorAll("[title]")) {
    const word = translated(button.title)
    if (button.title !== word) { button.title = word; button.setAttribute("aria-label", word) }
  }
  for (const choice of menu.querySelectorAll("button:not(.material-icons) *")) {
    const word = translated(choice.textContent)
    if (!choice.children.length && choice.textContent !== word) choice.textContent = word
  }
}

function nameEditor() {
  const menu = document.querySelector(".prose-menubar")
  if (!menu) { requestAnimationFrame(nameEditor); return }  // it is drawn after the editor said that it is there
  nameButtons(menu)
  // The choice of a heading is drawn anew whenever the cursor comes to another kind of line.
  new MutationObserver(() => nameButtons(menu)).observe(menu, { childList: true, subtree: true })
}

globalThis.editorReady = new Promise((resolve) => {
  document.addEventListener("prose-editor:ready", (event) => { nameEditor(); resolve(event.detail) }, { once: true })
})
