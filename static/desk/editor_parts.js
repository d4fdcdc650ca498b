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
  keepOnSplit: false, // the next line is not the speaker's
  parseHTML: () => [{ tag: "cite" }],
  renderHTML: ({ HTMLAttributes }) => ["cite", mergeAttributes(HTMLAttributes), 0],
  addKeyboardShortcuts() {
    return { "Mod-Shift-s": () => this.editor.commands.markSpeaker() }
  },
  addCommands() {
    return {
      /** Marks the selected words, or else the line of the quotation that the cursor is in; false where there is none. */
      markSpeaker: () => ({ state, chain }) => {
        const { empty, $from } = state.selection
        if (!empty) return chain().toggleMark(this.name).run()
        const quoted = Array.from({ length: $from.depth }, (_, depth) => $from.node(depth).type.name).includes("blockquote")
        if (!quoted || !$from.parent.content.size) return false
        return chain().setTextSelection({ from: $from.start(), to: $from.end() }).toggleMark(this.name)
          .setTextSelection($from.pos).run()
      },
    }
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

/** This will return a key's command that takes a whole chip away, where the text has a token that is one. */
const away = (key, isBeside) => ({ editor }) => {
  const { selection, doc } = editor.state
  const { cards } = key.getState(editor.state)
  if (!selection.empty) return false
  const chip = tokensOf(doc).find(({ text, from, to }) => cards[text] && cards[text].kind !== "broken" && isBeside(selection.from, from, to))
  return chip ? editor.commands.deleteRange(chip) : false
}

const KEY = new PluginKey(NEWS)

export const Tokens = Extension.create({
  name: "tokens",
  addKeyboardShortcuts() {
    return {
      Backspace: away(KEY, (at, _from, to) => at === to),
      Delete: away(KEY, (at, from) => at === from),
    }
  },
  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: KEY,
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
          decorations: (state) => KEY.getState(state).set,
          transformPastedHTML: cleaned,
        },
      }),
    ]
  },
})
