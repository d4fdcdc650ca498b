// The reports' pages work without this: it hides what a choice leaves out, narrows long lists down, and watches a file.
const LONG = 12
const EVERY = 2000 // milliseconds

const depends = (chooser, on, fields) => {
  const choice = document.getElementById(`id_${chooser}`)
  if (!choice) return
  const inputs = fields.map((name) => document.getElementById(`id_${name}`)).filter(Boolean)
  const follow = () => {
    const wanted = on(choice.value)
    for (const input of inputs) {
      input.disabled = !wanted // what is hidden is not sent
      const place = input.closest(".report-field")
      place.hidden = !wanted && !place.querySelector(".errorlist")
    }
  }
  choice.addEventListener("input", follow)
  follow()
}

depends("period", (value) => value === "dates", ["start", "end"])
depends("on", (value) => value === "dates", ["on_day"])
depends("known_on", (value) => value !== "", ["known_time"])

for (const place of document.querySelectorAll("[data-narrow]")) {
  const labels = [...place.querySelectorAll("fieldset > div label")]
  if (labels.length <= LONG) continue
  const search = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off" })
  search.setAttribute("aria-label", place.dataset.narrow)
  search.placeholder = place.dataset.narrow
  search.addEventListener("input", () => {
    const words = search.value.toLocaleLowerCase().split(/\s+/)
    for (const label of labels) {
      const text = label.textContent.toLocaleLowerCase()
      label.parentElement.hidden = !label.querySelector(":checked") && !words.every((word) => text.includes(word))
    }
  })
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault())
  place.querySelector("fieldset > div:last-child").before(search)
}

// What is taken out is what was shown: once the form has changed, its rows are shown first.
const form = document.getElementById("report-form")
const taking = document.getElementById("report-take")
if (form && taking) {
  const asked = () => new URLSearchParams(new FormData(form)).toString()
  const shown = asked()
  form.addEventListener("input", () => {
    const changed = asked() !== shown
    for (const button of taking.querySelectorAll("button")) button.disabled = changed
    taking.querySelector(".report-changed").hidden = !changed
  })
}

const state = document.getElementById("run-state")
if (state?.dataset.state) {
  const bar = document.getElementById("run-progress")
  const rows = document.getElementById("run-rows")
  const look = async () => {
    const answer = await fetch(state.dataset.state, { headers: { Accept: "application/json" } }).catch(() => null)
    if (answer?.ok) {
      const now = await answer.json()
      if (!now.is_under_way) return location.reload()
      if (state.textContent !== now.words) state.textContent = now.words
      if (now.rows_expected) {
        bar.max = now.rows_expected
        bar.value = now.rows_done
        rows.textContent = now.progress
      }
    }
    setTimeout(look, EVERY)
  }
  setTimeout(look, EVERY)
}
