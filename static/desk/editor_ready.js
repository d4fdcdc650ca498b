/* Loaded before the editor, which says only once that it is there: modules that load later ask this promise. */
globalThis.editorReady = new Promise((resolve) => {
  document.addEventListener("prose-editor:ready", (event) => resolve(event.detail), { once: true })
})
