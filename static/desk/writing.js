/* The writing screen: saves what is typed, keeps it in the browser until it is saved, and says who else is here.
   The words come from the page (data-* of #writing): this file holds none. */
const box = document.getElementById("writing")
const form = document.getElementById("edition_form")
const SAVE_AFTER = 2000 // ms after the last key; and never later than:
const SAVE_WITHIN = 8000
const HEARTBEAT = 10000
const FIELDS = (box?.dataset.fields || "").split(" ")

const words = box?.dataset || {}
const status = document.getElementById("writing-status")
const others = document.getElementById("writing-others")
const conflict = document.getElementById("writing-conflict")
const kept = `writing:${words.key}`
let editor = null
let savedText = ""
let firstUnsaved = 0
let timer = 0
let busy = false
// Two texts stand side by side: which of them holds is the writer's word, not a timer's.
let stopped = Boolean(words.conflict)

const field = (name) => form.elements[name]
const now = () => Object.fromEntries(FIELDS.filter(field).map((name) => [name, field(name).value]))
const say = (text, isWarning = false) => {
  if (status.textContent === text) return
  status.textContent = text
  status.classList.toggle("warning", isWarning)
}

function keep() {
  // What the server has not is kept here: a crash or a lost network loses nothing.
  const text = JSON.stringify(now())
  try {
    if (text === savedText) localStorage.removeItem(kept)
    else localStorage.setItem(kept, JSON.stringify({ text: JSON.parse(text), upon: field("typed_upon")?.value, at: Date.now() }))
  } catch { /* a full or forbidden store: the server still has it within seconds */ }
  return text !== savedText
}

function changed() {
  if (!keep() || stopped) return
  document.dispatchEvent(new CustomEvent("writing:changed"))
  firstUnsaved ||= Date.now()
  clearTimeout(timer)
  say(words.unsaved)
  if (words.autosave) timer = setTimeout(save, Math.max(0, Math.min(SAVE_AFTER, firstUnsaved + SAVE_WITHIN - Date.now())))
}

async function send(values) {
  const body = new FormData()
  for (const [name, value] of Object.entries(values)) body.set(name, value)
  body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value)
  const headers = Object.keys(values).length ? {} : { "X-Heartbeat": "1" }  // no sign that a person is there
  return fetch(words.autosave, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(15000) })
}

async function save() {
  if (busy || stopped || !words.autosave) return
  busy = true
  const text = now()
  const isNew = JSON.stringify(text) !== savedText
  try {
    const answer = await send(isNew ? { ...text, typed_upon: field("typed_upon").value } : {})
    if (answer.status === 200) {
      const news = await answer.json()
      show(news.others)
      if (isNew && news.version) {
        field("typed_upon").value = news.version
        savedText = JSON.stringify(text)
        firstUnsaved = 0
        keep()
        if (news.refused.length) say(news.refused.join(" "), true)
        else if (JSON.stringify(now()) === savedText) say(news.saved)
        document.dispatchEvent(new CustomEvent("writing:saved"))
      } else if (!isNew && news.stands_at > Number(field("typed_upon").value)) say(words.newer, true)
    } else if (answer.status === 409) {
      stopped = true
      const news = await answer.json()
      say(news.sentence, true)
      if (news.compare) { conflict.hidden = false; conflict.querySelector("p").textContent = news.sentence }
    } else if (answer.type === "opaqueredirect" || answer.status === 403) say(words.signedOut, true)
    else say(words.unreachable, true)
  } catch { say(words.unreachable, true) }
  busy = false
  if (!stopped && JSON.stringify(now()) !== savedText) { clearTimeout(timer); timer = setTimeout(save, SAVE_AFTER) }
}

function show(names) {
  others.textContent = names.length ? words.others.replace("NAMES", names.join(", ")) : ""
  others.hidden = !names.length
}

function forgetBegun() {
  // The text as it was before its first save lies under another name: the house has it now.
  const begun = `writing:new:${words.key.split(":")[1]}`
  try {
    const { text } = JSON.parse(localStorage.getItem(begun))
    if (kept !== begun && text.title === field("title").value && text.slug === field("slug").value) localStorage.removeItem(begun)
  } catch { /* there is none */ }
}

function restore() {
  let before = null
  try { before = JSON.parse(localStorage.getItem(kept)) } catch { return }
  if (!before || JSON.stringify(before.text) === JSON.stringify(now())) return
  const offer = document.getElementById("writing-kept")
  offer.hidden = false
  offer.querySelector("time").textContent = new Date(before.at).toLocaleString(document.documentElement.lang)
  offer.querySelector("[data-bring]").addEventListener("click", () => {
    for (const [name, value] of Object.entries(before.text)) if (field(name) && name !== "body") field(name).value = value
    if (before.text.body !== undefined) editor ? editor.commands.setContent(before.text.body, { emitUpdate: true }) : (field("body").value = before.text.body)
    offer.hidden = true
    changed()
    field("title").focus()
  })
  offer.querySelector("[data-drop]").addEventListener("click", () => { localStorage.removeItem(kept); offer.hidden = true; field("title").focus() })
}

function begin() {
  savedText = box.dataset.failed ? "" : JSON.stringify(now())
  form.addEventListener("input", changed)
  form.addEventListener("change", changed)
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer) })
  addEventListener("pagehide", keep)
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return
    event.preventDefault()
    words.autosave ? save() : form.requestSubmit()
  })
  addEventListener("beforeunload", (event) => { if (!stopped && keep() && !words.autosave) event.preventDefault() })
  forgetBegun()
  restore()
  if (words.autosave) { save(); setInterval(() => { if (!stopped && JSON.stringify(now()) === savedText) save() }, HEARTBEAT) }
}

if (box && form) {
  // The text is compared with what the editor makes of it, so wait for the editor.
  globalThis.editorReady.then((made) => {
    editor = made.editor
    editor.view.dom.setAttribute("aria-label", document.querySelector("label[for=id_body]")?.textContent || "")
    editor.on("update", changed)
    begin()
  })
}
