/* What our editor has beside the library's: the speaker of a quotation, chips over tokens, and clean pasting.
   A token stays plain text in the document, `[[strength mission=UNDOF]]`; the chip is only drawn over it. */
import { Extension, Mark, mergeAttributes, pm } from "django-prose-editor/editor"
import { cleaned } from "./pasting.js"

const { Plugin, PluginKey } = pm.state
const { Decoration, DecorationSet } = pm.view
const TOKEN = /\[\[\s*([^[\]<>]{1,200}?)\s*\]\]/g
/* The page may load this module under two addresses, so the news of the chips travel under a name, not an object. */
export const NEWS = "chips"

export const Speaker = Mark.create({
  name: "speaker",
  parseHTML: () => [{ tag: "cite" }],
  renderHTML: ({ HTMLAttributes }) => ["cite", mergeAttributes(HTMLAttributes), 0],
  addKeyboardShortcuts() {
    return { "Mod-Shift-s": () => this.editor.commands.toggleMark(this.name) }
  },
})

/** This will return the tokens of a document as {text, from, to}. */
export function tokensOf(doc) {
  const found = []
  doc.descendants((node, position) => {
    if (!node.isTextblock) return
    // A token may run through several text nodes; what is no text counts one place.
    const text = node.textBetween(0, node.content.size, "\ufffc", "\ufffc")
    for (const match of text.matchAll(TOKEN)) {
      const from = position + 1 + match.index
      found.push({ text: match[1].replace(/\s+/g, " "), from, to: from + match[0].length })
    }
  })
  return found
}

function drawn(doc, cards) {
  return DecorationSet.create(
    doc,
    tokensOf(doc).map(({ text, from, to }) => {
      const card = cards[text]
      const attributes = { class: `chip ${card ? `chip-${card.kind}` : ""}`, nodeName: "span" }
      if (card) {
        attributes["data-shown"] = card.shown
        attributes.title = card.detail
        if (card.picture) attributes.style = `--picture: url("${card.picture}")`
      }
      return Decoration.inline(from, to, attributes)
    }),
  )
}

export const Tokens = Extension.create({
  name: "tokens",
  addProseMirrorPlugins() {
    const key = new PluginKey(NEWS)
    return [
      new Plugin({
        key,
        state: {
          init: (_config, state) => ({ cards: {}, set: drawn(state.doc, {}) }),
          apply(transaction, before) {
            const news = transaction.getMeta(NEWS)
            if (!news && !transaction.docChanged) return before
            const cards = news ? { ...before.cards, ...news } : before.cards
            return { cards, set: drawn(transaction.doc, cards) }
          },
        },
        props: {
          decorations: (state) => key.getState(state).set,
          transformPastedHTML: cleaned,
        },
      }),
    ]
  },
})
