/* The letters that Kazakh has beside Russian, for the address that the admin makes of a title: it drops what it does
   not know, and a word without its letters is no word. As `addresses.of_title` has them on the server. */
const KAZAKH = { ә: "a", ғ: "g", қ: "q", ң: "n", ө: "o", ұ: "u", ү: "u", һ: "h", і: "i", й: "y" }
const before = window.URLify
if (before) {
  window.URLify = (text, ...rest) =>
    before(text.replace(/[әғқңөұүһій]/giu, (letter) => KAZAKH[letter.toLowerCase()]), ...rest)
}
