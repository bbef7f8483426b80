import type {PackageIndex} from '../../repository/package-index.ts';
import {compareVersions} from '../../repository/deb/version.ts';
import type {Families} from '../families/families.ts';
import type {PackageVersion} from '../families/packages-by-name.ts';
import {TextBlob} from './text-blob.ts';
import {lettersOf, Vocabulary} from './vocabulary.ts';
import {buildWordIndex} from './word-index.ts';
import type {WordIndex} from './word-index.ts';

/** What comes along with something else and is seldom looked for by itself. */
export const satellite = {none: 0, library: 1, part: 2, headers: 3, documentation: 4} as const;

/**
 * All families, made ready for searching: each is a document with its names (family and members), description,
 * versions and section. Documents have the families' numbers.
 */
export class SearchIndex {
	readonly families: Families;
	/** Newest first. */
	readonly releases: readonly PackageIndex[];
	/** Family and members, a line each. */
	readonly names: TextBlob;
	readonly summaries: TextBlob;
	/** The same in lowercase. */
	readonly plainSummaries: TextBlob;
	readonly versions: TextBlob;
	readonly words: WordIndex;
	readonly vocabulary: Vocabulary;
	/** Letters of each family's name. */
	readonly letters: Uint32Array;
	/** Lengths of the families' names, at most 255. */
	readonly lengths: Uint8Array;
	/** Points for what many packages depend on, and for what its source is named after. */
	readonly popularity: Float32Array;
	/** Number of the language whose extension a family is; 0 for none. */
	readonly languages: Uint8Array;
	readonly satellites: Uint8Array;
	readonly sections: readonly string[];
	/** Number of the section of each family. */
	readonly sectionOf: Uint8Array;

	constructor(families: Families) {
		this.families = families;
		this.releases = newestFirst(families.packages.indexes);
		const count = families.names.length;
		const names: string[] = [];
		const summaries: string[] = [];
		const plain: string[] = [];
		const versions: string[] = [];
		const sections = new Map<string, number>();
		this.sectionOf = new Uint8Array(count);
		this.letters = Uint32Array.from(families.names, lettersOf);
		this.lengths = Uint8Array.from(families.names, name => Math.min(255, name.length));
		this.popularity = popularityOf(families, this.releases[0]);
		this.languages = Uint8Array.from(families.names, languageOf);
		this.satellites = Uint8Array.from(families.names, satelliteOf);
		for (const [document, family] of families.names.entries()) {
			const known = [family];
			const seen: string[] = [];
			let newest = this.releases.length;
			let described: PackageVersion | null = null;
			for (const number of families.memberNumbers(document)) {
				const name = families.packages.names[number] ?? '';
				if (name !== family) known.push(name);
				for (const {index, id} of families.versionsAt(number)) {
					const version = index.versionOf(id);
					if (!seen.includes(version)) seen.push(version);
					const age = this.releases.indexOf(index);
					if (age < newest) {
						newest = age;
						described = {index, id};
					}
				}
			}
			const summary = described?.index.summaryOf(described.id).replaceAll('\n', ' ') ?? '';
			names.push(known.join('\n'));
			versions.push(seen.join('\n'));
			summaries.push(summary);
			plain.push(summary.toLowerCase());
			if (described?.index.sourceOf(described.id) === family) {
				this.popularity[document] = (this.popularity[document] ?? 0) + ownSource;
			}
			this.sectionOf[document] = numberIn(sections, described?.index.sectionOf(described.id) ?? '');
		}
		this.names = new TextBlob(names, 'latin1');
		this.versions = new TextBlob(versions, 'latin1');
		this.summaries = new TextBlob(summaries, 'utf8');
		this.plainSummaries = new TextBlob(plain, 'utf8');
		this.words = buildWordIndex(this.names, this.plainSummaries);
		this.vocabulary = new Vocabulary(this.words);
		this.sections = [...sections.keys()];
	}
}

/** Points for a package that bears the name of its source: the project's own, most likely. */
const ownSource = 3;

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

function languageOf(name: string): number {
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

/** By the version of Debian's base files, where there are any. */
function newestFirst(indexes: readonly PackageIndex[]): readonly PackageIndex[] {
	const baseVersion = (index: PackageIndex) => {
		const [id] = index.packagesNamed('base-files');
		return id === undefined ? '0' : index.versionOf(id);
	};
	return [...indexes].sort((a, b) => compareVersions(baseVersion(b), baseVersion(a)));
}

/** How many packages of a release depend on each family, on a scale of doublings. */
function popularityOf(families: Families, release: PackageIndex | undefined): Float32Array {
	const counts = new Uint32Array(families.names.length);
	for (let id = 0; id < (release?.packageCount ?? 0); id++) {
		for (const group of release?.relationsOf(id, 'depends') ?? []) {
			for (const {name} of group) {
				const family = families.numberOfPackage(name);
				if (family !== null) counts[family] = (counts[family] ?? 0) + 1;
			}
		}
	}
	return Float32Array.from(counts, count => Math.min(15, 1.5 * Math.log2(1 + count)));
}

function numberIn(numbers: Map<string, number>, key: string): number {
	const known = numbers.get(key);
	if (known !== undefined) return known;
	// More than 255 sections are an archive gone wrong; what is beyond shares the last number.
	const number = Math.min(numbers.size, 255);
	numbers.set(key, number);
	return number;
}

function satelliteOf(name: string): number {
	if (/-(?:docs?|manual|examples?|tests?|dbg|dbgsym|debug|l10n|locales?|i18n)(?:-|$)/.test(name))
		return satellite.documentation;
	if (/-(?:dev|headers|source|src)$/.test(name)) return satellite.headers;
	if (/-(?:common|data|scripts|base|assets|lang|config)$/.test(name)) return satellite.part;
	if (/^(?:lib(?!re)|gir1\.2-)/.test(name)) return satellite.library;
	return satellite.none;
}
