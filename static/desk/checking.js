/* Asks for the checks beside the text again, once what was saved has been still for a while: one question at a time,
   and what is saved meanwhile is asked about afterwards. The words come from the page; this file holds none. */
const panel = document.getElementById("desk-checks")
const status = document.getElementById("desk-checks-status")
const STILL_FOR = 3000 // ms after the last key; but while somebody types on and on, at the latest:
const ASK_WITHIN = 30000
const AGAIN_AFTER = 5000 // ms after a question that was not answered

let isStale = false // something was saved since the last answer was asked for
let isAsking = false
let lastKey = 0
let staleSince = 0
let timer = 0

const say = (sentence, isWarning = false) => {
  if (status.textContent !== sentence) status.textContent = sentence
  status.classList.toggle("warning", isWarning)
}

function later(wait = Math.max(0, Math.min(lastKey + STILL_FOR, staleSince + ASK_WITHIN) - Date.now())) {
  clearTimeout(timer)
  if (isStale && !isAsking) timer = setTimeout(ask, wait)
}

async function ask() {
  isAsking = true
  isStale = false
  panel.setAttribute("aria-busy", "true")
  say(panel.dataset.asking)
  const answer = await fetch(panel.dataset.from, { signal: AbortSignal.timeout(30000) }).catch(() => null)
  const text = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : null
  isAsking = false
  panel.removeAttribute("aria-busy")
  if (text === null) {
    isStale = true
    say(panel.dataset.unanswered, true)
    return later(AGAIN_AFTER)
  }
  show(text)
  say(isStale ? panel.dataset.waiting : "")
  later()
}

/** This will put the new checks into the page; an opened list stays open, and the keyboard stays where it was. */
function show(text) {
  const held = panel.contains(document.activeElement) ? document.activeElement.textContent : null
  const wasOpen = panel.querySelector("details")?.open
  panel.innerHTML = text
  const details = panel.querySelector("details")
  if (details && wasOpen !== undefined) details.open = wasOpen
  if (held === null) return
  const same = [...panel.querySelectorAll("a, button, summary")].find((one) => one.textContent === held)
  ;(same || panel).focus()
}

if (panel) {
  document.addEventListener("writing:changed", () => { lastKey = Date.now(); later() })
  document.addEventListener("writing:saved", () => {
    if (!isStale) staleSince = Date.now()
    isStale = true
    if (!isAsking) say(panel.dataset.waiting)
    later()
  })
}
