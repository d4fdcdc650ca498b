/* Puts figures, photos, people and stories into the text, and asks what the tokens in it mean.
   The words come from the page; this file holds none. */
import { NEWS, tokensOf } from "./editor_parts.js"

const bar = document.getElementById("choosing")
const dialog = bar?.querySelector("dialog")
let editor = null
let known = {}
let asking = 0

async function ask() {
  const day = document.getElementById("id_day")?.value || ""
  const unknown = [...new Set(tokensOf(editor.state.doc).map(({ text }) => text))].filter((text) => !(text in known))
  if (!unknown.length) return
  const body = new FormData()
  for (const text of unknown) body.append("token", text)
  body.set("day", day)
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value)
  const answer = await fetch(bar.dataset.chips, { method: "POST", body }).catch(() => null)
  if (!answer?.ok) return
  const { cards } = await answer.json()
  known = { ...known, ...cards }
  editor.view.dispatch(editor.state.tr.setMeta(NEWS, cards))
}

function put(text, isBlock = false) {
  const chain = editor.chain().focus()
  if (!isBlock) { chain.insertContent(text).run(); return }
  // It stands between the blocks of the text, after the one with the cursor: it takes no words away, and lands in no list.
  const { $to } = editor.state.selection
  const isEmpty = $to.depth === 1 && !$to.parent.content.size
  const at = isEmpty ? { from: $to.before(1), to: $to.after(1) } : $to.depth ? $to.after(1) : $to.pos
  chain.insertContentAt(at, [{ type: "paragraph", content: [{ type: "text", text }] }]).run()
}

async function placed(photo) {
  const body = new FormData()
  body.set("photo", photo)
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value)
  const answer = await fetch(bar.dataset.place, { method: "POST", body }).catch(() => null)
  const news = answer && (await answer.json().catch(() => null))
  if (!answer?.ok) { dialog.querySelector("[role=status]").textContent = news?.sentence || ""; return null }
  return news.place
}

function open(button, of, isGallery) {
  const list = dialog.querySelector("ul")
  const search = dialog.querySelector("input")
  const status = dialog.querySelector("[role=status]")
  const all = dialog.querySelector("[data-place-all]")
  const chosen = new Set()
  let turn = 0
  dialog.querySelector("h2").textContent = button.textContent
  all.hidden = !isGallery
  list.className = of === "photo" ? "desk-library" : ""
  const fill = async () => {
    const mine = ++turn
    const answer = await fetch(`${bar.dataset.choices}?of=${of}&q=${encodeURIComponent(search.value)}`).catch(() => null)
    if (mine !== turn) return
    if (!answer?.ok) { status.textContent = bar.dataset.unreachable; return }
    const { choices } = await answer.json()
    status.textContent = choices.length ? "" : bar.dataset.none
    list.replaceChildren(...choices.map((choice) => {
      const item = document.createElement("li")
      const one = document.createElement("button")
      one.type = "button"
      if (choice.picture) { const image = new Image(160); image.src = choice.picture; image.alt = ""; image.loading = "lazy"; one.append(image) }
      for (const [name, text] of [["b", choice.kind === "figure" ? choice.shown : ""], ["span", choice.label], ["small", choice.detail]]) {
        if (!text) continue
        const part = document.createElement(name)
        part.textContent = text
        one.append(part, " ")
      }
      one.addEventListener("click", async () => {
        if (isGallery) {
          chosen.has(choice.photo) ? chosen.delete(choice.photo) : chosen.add(choice.photo)
          one.setAttribute("aria-pressed", chosen.has(choice.photo))
          return
        }
        if (choice.photo) {
          const place = await placed(choice.photo)
          if (!place) return
          dialog.close()
          put(`[[photo ${place}]]`, true)
        } else {
          dialog.close()
          put(choice.token || choice.name, of === "story")
        }
      })
      item.append(one)
      return item
    }))
  }
  all.onclick = async () => {
    const places = []
    for (const photo of chosen) { const place = await placed(photo); if (place) places.push(place) }
    if (!places.length) return
    dialog.close()
    put(`[[${places.length > 1 ? "gallery" : "photo"} ${places.join(" ")}]]`, true)
  }
  search.value = ""
  search.oninput = () => { clearTimeout(asking); asking = setTimeout(fill, 200) }
  fill()
  dialog.showModal()
  search.focus()
}

globalThis.editorReady.then((made) => {
  if (!bar) return
  editor = made.editor
  // Above the text that it is for, not under it.
  made.textarea.closest(".field-body")?.prepend(bar)
  editor.on("update", () => { clearTimeout(asking); asking = setTimeout(ask, 400) })
  document.getElementById("id_day")?.addEventListener("change", () => { known = {}; ask() })
  ask()
  for (const button of bar.querySelectorAll("[data-of]")) button.addEventListener("click", () => open(button, button.dataset.of, false))
  bar.querySelector("[data-gallery]").addEventListener("click", (event) => open(event.target, "photo", true))
  const hint = bar.querySelector("[data-hint]")
  bar.querySelector("[data-speaker]").addEventListener("click", ({ target }) => {
    hint.textContent = editor.chain().focus().markSpeaker().run() ? "" : target.title
  })
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
  dialog.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.type === "search") event.preventDefault() })
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey) return
    const of = { f: "figure", p: "photo" }[event.key.toLowerCase()]
    if (!of || dialog.open) return
    event.preventDefault()
    open(bar.querySelector(`[data-of=${of}]`), of, false)
  })
})
