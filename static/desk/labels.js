// Gives select2's fields the names that their labels give to the fields they stand for; Django leaves them nameless.
const CHOICES = "select.admin-autocomplete"

// A clear button inside a list of choices belongs to no list, and each choice has its own.
const plain = (root) => {
  for (const select of root.querySelectorAll(`${CHOICES}[multiple]`)) select.dataset.allowClear = "false"
}

const name = (root) => {
  for (const select of root.querySelectorAll(CHOICES)) {
    const words = select.labels?.[0]?.textContent.trim().replace(/:$/, "")
    const drawn = select.nextElementSibling
    if (!words || !drawn?.classList.contains("select2")) continue
    for (const part of drawn.querySelectorAll(".select2-selection, .select2-selection__rendered, .select2-search__field")) {
      const shown = part.getAttribute("aria-labelledby")
      if (part.matches(".select2-selection--single") && shown) {
        select.labels[0].id ||= `${select.id}-label`
        part.setAttribute("aria-labelledby", `${select.labels[0].id} ${shown.split(" ").at(-1)}`)
      } else part.setAttribute("aria-label", words)
    }
  }
}

plain(document)
const jQuery = globalThis.django?.jQuery
if (jQuery) {
  jQuery(() => name(document))
  jQuery(document).on("select2:open", (event) => {
    const words = event.target.labels?.[0]?.textContent.trim().replace(/:$/, "")
    const search = document.querySelector(".select2-dropdown .select2-search__field")
    if (words && search) search.setAttribute("aria-label", words)
  })
  document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)))
}
