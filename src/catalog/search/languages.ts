/** Libraries of a language, which few look for who do not name the language: how their names tell it. */
const languages: readonly {readonly name: RegExp; readonly asked: RegExp}[] = [
	{name: /^(?:python3|python|pypy3?)-/, asked: /py/},
	{name: /^(?:php|libphp)-/, asked: /php/},
	{name: /^ruby-/, asked: /ruby|gem/},
	{name: /^node-/, asked: /node|js/},
	{name: /^lib.+-perl$/, asked: /perl/},
	{name: /^lib.+-java$|-java$/, asked: /java/},
	{name: /^(?:librust-|rust-)/, asked: /rust|crate/},
	{name: /^(?:libghc-|haskell)/, asked: /ghc|haskell/},
	{name: /^golang-/, asked: /go/},
	{name: /^r-(?:cran|bioc|other)-/, asked: /^r$|^r-|cran|bioc/},
	{name: /^lua-/, asked: /lua/},
	{name: /^(?:elpa|emacs)-/, asked: /elpa|emacs/},
	{name: /^lib.+-ocaml|-ocaml-/, asked: /ocaml/},
	{
		name: /^(?:cl|guile|pike|slang|tcl|octave|erlang|raku|dlang|elixir|sml|vim|kodi|task)-/,
		asked: /^(?:cl|guile|pike|slang|tcl|octave|erlang|raku|dlang|elixir|sml|vim|kodi|task)/,
	},
	{name: /-clojure$/, asked: /clojure/},
];

export const languageCount = languages.length;

/** Number of the language whose library a name is; 0 for none. */
export function languageOf(name: string): number {
	return 1 + languages.findIndex(language => language.name.test(name));
}

/** Languages that the words ask for. */
export function askedLanguages(words: readonly string[]): ReadonlySet<number> {
	const asked = new Set([0]);
	// The language alone means the language, not what is written in it.
	if (words.length === 1 && /^[a-z]+\d?$/.test(words[0] ?? '')) return asked;
	for (const [at, language] of languages.entries()) {
		if (words.some(word => language.asked.test(word))) asked.add(at + 1);
	}
	return asked;
}
