/* Cleans what is pasted from Word, a web page or another editor, down to what a story holds. The server cleans again. */
const HEADINGS = { H1: "h2", H4: "h3", H5: "h3", H6: "h3" }
const GONE = "script,style,meta,link,title,img,svg,picture,video,audio,iframe,object,form,button,input,select,nav,noscript,template"

function renamed(element, name) {
  const other = element.ownerDocument.createElement(name)
  other.append(...element.childNodes)
  element.replaceWith(other)
  return other
}

/** Word writes a list as paragraphs with a bullet typed in front: this will make them a list again. */
function listsOfWord(body) {
  let list = null
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const isItem = /mso-list:\s*l\d/i.test(paragraph.getAttribute("style") || "") || /MsoListParagraph/.test(paragraph.className)
    if (!isItem) { list = null; continue }
    for (const span of paragraph.querySelectorAll("[style*='mso-list']")) if (/mso-list:\s*ignore/i.test(span.getAttribute("style"))) span.remove()
    const start = paragraph.textContent.match(/^[\s\u00a0]*([·•o§\-–\uf0b7]|\d+[.)])[\s\u00a0]+/)
    const mark = paragraph.dataset.mark || (start && start[1]) || ""
    if (start) {
      const first = paragraph.ownerDocument.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT).nextNode()
      first.data = first.data.replace(/^[\s\u00a0]*([·•o§\-–\uf0b7]|\d+[.)])[\s\u00a0]+/, "")
    }
    const kind = /^\d/.test(mark) ? "ol" : "ul"
    if (!list || list.nextElementSibling !== paragraph || list.localName !== kind) {
      list = paragraph.ownerDocument.createElement(kind)
      paragraph.before(list)
    }
    const item = paragraph.ownerDocument.createElement("li")
    item.append(renamed(paragraph, "p"))
    list.append(item)
  }
}

// The page may load this module under two addresses, and a policy is made once. What it lets through is read in a
// document that nobody sees, which runs nothing, and comes out clean.
const own = (globalThis.pastingPolicy ??= globalThis.trustedTypes?.createPolicy("pasting", { createHTML: (html) => html }))

export function cleaned(html) {
  const text = html.replace(/<!\[(if|endif)[^>]*>/gi, "").replace(/<\/?o:p[^>]*>/gi, "")
  const document = new DOMParser().parseFromString(own ? own.createHTML(text) : text, "text/html")
  const body = document.body
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT)
  const comments = []
  while (walker.nextNode()) comments.push(walker.currentNode)
  for (const comment of comments) comment.remove()
  for (const element of body.querySelectorAll(GONE)) element.remove()
  for (const hidden of body.querySelectorAll("[hidden], [aria-hidden=true], [style*='display:none'], [style*='mso-hide:all']")) hidden.remove()
  // Google Docs wraps everything into a <b> that is not bold.
  for (const bold of body.querySelectorAll("b, strong")) if (/font-weight:\s*(normal|400)/.test(bold.getAttribute("style") || "")) bold.replaceWith(...bold.childNodes)
  for (const span of body.querySelectorAll("span[style]")) {
    const style = span.getAttribute("style")
    if (/font-weight:\s*(bold|[6-9]00)/.test(style)) renamed(span, "strong")
    else if (/font-style:\s*italic/.test(style)) renamed(span, "em")
  }
  listsOfWord(body)
  for (const [name, other] of Object.entries(HEADINGS)) for (const heading of body.querySelectorAll(name)) renamed(heading, other)
  for (const cell of body.querySelectorAll("td, th")) if (!cell.querySelector("p, div, ul, ol")) renamed(cell, "p")
  for (const element of body.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) if (!(element.localName === "a" && name === "href")) element.removeAttribute(name)
  }
  for (const link of body.querySelectorAll("a")) if (!/^(https?:|mailto:|\/)/i.test(link.getAttribute("href") || "")) link.replaceWith(...link.childNodes)
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/[\u00a0\u2007\u202f]/g, " ").replace(/[\u200b\u00ad\ufeff]/g, "")
  for (const empty of body.querySelectorAll("p, h2, h3, li, a, strong, em, b, i")) if (!empty.textContent.trim() && !empty.querySelector("br")) empty.remove()
  return body.innerHTML
}
