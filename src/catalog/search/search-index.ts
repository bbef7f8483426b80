import type {PackageIndex} from '../../repository/package-index.ts';
import {compareVersions} from '../../repository/deb/version.ts';
import type {Families} from '../families/families.ts';
import type {PackageVersion} from '../families/packages-by-name.ts';
import {TextBlob} from './text-blob.ts';
import {languageOf} from './languages.ts';
import {lettersOf, Vocabulary} from './vocabulary.ts';
import {WordIndex} from './word-index.ts';

/** What comes along with something else and is seldom looked for by itself. */
export const satellite = {none: 0, library: 1, part: 2, headers: 3, documentation: 4} as const;

/** What a search index is made of; plain data, to be kept on the disk. */
export interface SearchData {
	/** Family and members, a line each. */
	readonly names: TextBlob;
	readonly summaries: TextBlob;
	/** The same in lowercase. */
	readonly plainSummaries: TextBlob;
	readonly versions: TextBlob;
	readonly words: WordIndex;
	/** Tenths of points for what many packages depend on, and for what its source is named after. */
	readonly popularity: Uint8Array;
	/** Number of the language whose library a family is; 0 for none. */
	readonly languages: Uint8Array;
	/** One of `satellite`, by family. */
	readonly satellites: Uint8Array;
	readonly sections: readonly string[];
	/** Number of the section of each family. */
	readonly sectionOf: Uint8Array;
	/** Letters of each family's name. */
	readonly letters: Uint32Array;
	/** Lengths of the families' names, at most 255. */
	readonly lengths: Uint8Array;
	/** Letters of each word. */
	readonly wordLetters: Uint32Array;
}

/**
 * All families, made ready for searching: each is a document with its names (family and members), description,
 * versions and section. Documents have the families' numbers.
 */
export class SearchIndex {
	readonly families: Families;
	readonly data: SearchData;
	/** Newest first. */
	readonly releases: readonly PackageIndex[];
	readonly vocabulary: Vocabulary;

	constructor(families: Families, data: SearchData) {
		this.families = families;
		this.data = data;
		this.releases = newestFirst(families.packages.indexes);
		this.vocabulary = new Vocabulary(data.words, data.wordLetters);
	}
}

/** Reads names, descriptions, versions and dependencies of all packages: most of a second for 200,000 records. */
export function buildSearchData(families: Families): SearchData {
	const releases = newestFirst(families.packages.indexes);
	const count = families.names.length;
	const names: string[] = [];
	const summaries: string[] = [];
	const plain: string[] = [];
	const versions: string[] = [];
	const sections = new Map<string, number>();
	const sectionOf = new Uint8Array(count);
	const popularity = popularityOf(families, releases[0]);
	for (const [document, family] of families.names.entries()) {
		const known = [family];
		const seen: string[] = [];
		let newest = releases.length;
		let described: PackageVersion | null = null;
		for (const number of families.memberNumbers(document)) {
			const name = families.packages.names[number] ?? '';
			if (name !== family) known.push(name);
			for (const version of families.versionsAt(number)) {
				const text = version.index.versionOf(version.id);
				if (!seen.includes(text)) seen.push(text);
				const age = releases.indexOf(version.index);
				if (age < newest) {
					newest = age;
					described = version;
				}
			}
		}
		const summary = described?.index.summaryOf(described.id).replaceAll('\n', ' ') ?? '';
		names.push(known.join('\n'));
		versions.push(seen.join('\n'));
		summaries.push(summary);
		plain.push(summary.toLowerCase());
		if (described?.index.sourceOf(described.id) === family) {
			popularity[document] = (popularity[document] ?? 0) + ownSource;
		}
		sectionOf[document] = numberIn(sections, described?.index.sectionOf(described.id) ?? '');
	}
	const allNames = TextBlob.of(names, 'latin1');
	const plainSummaries = TextBlob.of(plain, 'utf8');
	const words = WordIndex.of(allNames, plainSummaries);
	return {
		names: allNames,
		summaries: TextBlob.of(summaries, 'utf8'),
		plainSummaries,
		versions: TextBlob.of(versions, 'latin1'),
		words,
		popularity,
		languages: Uint8Array.from(families.names, languageOf),
		satellites: Uint8Array.from(families.names, satelliteOf),
		sections: [...sections.keys()],
		sectionOf,
		letters: Uint32Array.from(families.names, lettersOf),
		lengths: Uint8Array.from(families.names, name => Math.min(255, name.length)),
		wordLetters: Uint32Array.from(words.words, lettersOf),
	};
}

/** Tenths of points for a package that bears the name of its source: the project's own, most likely. */
const ownSource = 30;

/** By the version of Debian's base files, where there are any. */
function newestFirst(indexes: readonly PackageIndex[]): readonly PackageIndex[] {
	const baseVersion = (index: PackageIndex) => {
		const [id] = index.packagesNamed('base-files');
		return id === undefined ? '0' : index.versionOf(id);
	};
	return [...indexes].sort((a, b) => compareVersions(baseVersion(b), baseVersion(a)));
}

/** How many packages of a release depend on each family, on a scale of doublings. */
function popularityOf(families: Families, release: PackageIndex | undefined): Uint8Array {
	const counts = new Uint32Array(families.names.length);
	for (let id = 0; id < (release?.packageCount ?? 0); id++) {
		for (const group of release?.relationsOf(id, 'depends') ?? []) {
			for (const {name} of group) {
				const family = families.numberOfPackage(name);
				if (family !== null) counts[family] = (counts[family] ?? 0) + 1;
			}
		}
	}
	return Uint8Array.from(counts, count => Math.min(150, Math.round(15 * Math.log2(1 + count))));
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
	// `libapache2-mod-php`: named like a library, yet what a user of the server adds.
	if (/^lib.+-mod-/.test(name)) return satellite.none;
	if (/^(?:lib(?!re)|gir1\.2-)/.test(name)) return satellite.library;
	return satellite.none;
}
