/* The translation screen: what is typed stays in this browser until the house has it, and is offered again.
   The words come from the page; this file holds none. */
const form = document.getElementById("translation")
const offer = document.getElementById("translation-kept")
const kept = `translation:${offer?.dataset.key}`
const WRITTEN = "input[type=text], textarea"
// What the server puts the words together with: they mean these paragraphs of this version, and no others.
const FRAME = "input[name=base], input[name=version], input[name=count], input[name^=place-], input[name^=tag-]"

const values = (which) => Object.fromEntries([...form.querySelectorAll(which)].map((one) => [one.name, one.value]))
let saved = ""
let sent = false

const isTyped = () => JSON.stringify(values(WRITTEN)) !== saved

function keep() {
  try {
    if (isTyped()) localStorage.setItem(kept, JSON.stringify({ text: values(WRITTEN), frame: values(FRAME), at: Date.now() }))
    else localStorage.removeItem(kept)
  } catch { /* a full or forbidden store: leaving the page still asks first */ }
}

function bring(before) {
  for (const [name, value] of Object.entries({ ...before.frame, ...before.text })) form.elements[name].value = value
  offer.hidden = true
  form.elements.title.focus()
}

function restore() {
  let before = null
  try { before = JSON.parse(localStorage.getItem(kept)) } catch { return }
  if (!before || JSON.stringify(before.text) === JSON.stringify(values(WRITTEN))) return
  offer.hidden = false
  offer.querySelector("time").textContent = new Date(before.at).toLocaleString(document.documentElement.lang)
  const fits = before.frame.count === form.elements.count.value
  const button = offer.querySelector("[data-bring]")
  button.hidden = !fits
  button.addEventListener("click", () => bring(before))
  const words = offer.querySelector("pre")  // the page has other paragraphs by now: the words stand here, to be copied
  words.hidden = fits
  words.textContent = fits ? "" : Object.values(before.text).filter(Boolean).join("\n\n")
  offer.querySelector("[data-drop]").addEventListener("click", () => { localStorage.removeItem(kept); offer.hidden = true; form.elements.title.focus() })
}

if (form && offer) {
  saved = JSON.stringify(values(WRITTEN))
  if (location.hash === "#saved") {
    localStorage.removeItem(kept)
    history.replaceState(null, "", location.pathname)
  }
  restore()
  form.addEventListener("input", keep)
  form.addEventListener("submit", () => { keep(); sent = true })
  addEventListener("beforeunload", (event) => { if (!sent && isTyped()) event.preventDefault() })
}
