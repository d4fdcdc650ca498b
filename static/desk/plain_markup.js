/* Django's lists and forms, and the editor, make parts of the page out of texts. With Trusted Types the browser asks
   this policy about each such text: what is markup and runs nothing goes through as it is, anything else is refused.
   For the text of a script and for a script's address there is no policy here at all: no script of a page adds another. */
if (globalThis.trustedTypes) {
  const RUNS = "script, iframe, frame, object, embed, base, meta, link, template, portal, fencedframe, set, animate, animateMotion, animateTransform"
  const LEADS = new Set(["href", "xlink:href", "src", "action", "formaction", "data", "poster", "background", "ping"])
  const SCHEMES = new Set(["http:", "https:", "mailto:"])
  // It only makes something to look at: a template's content is of no page, loads nothing and runs nothing.
  const looking = trustedTypes.createPolicy("looking", { createHTML: (text) => text })

  const leadsToAPage = (address) => {
    try { return SCHEMES.has(new URL(address, document.baseURI).protocol) } catch { return false }
  }
  const isPlain = (element) =>
    !element.matches(RUNS) &&
    [...element.attributes].every(
      ({ name, value }) => !name.startsWith("on") && name !== "srcdoc" && (!LEADS.has(name) || leadsToAPage(value)),
    )

  trustedTypes.createPolicy("default", {
    createHTML: (text) => {
      const seen = document.createElement("template")
      seen.innerHTML = looking.createHTML(text)
      return [...seen.content.querySelectorAll("*")].every(isPlain) ? text : null
    },
  })
}
