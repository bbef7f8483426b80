import {createHash, randomBytes} from 'node:crypto';
import {mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {SlipwayError} from '../base/errors.ts';
import {openSections, writeSections} from '../repository/deb/index-file.ts';
import type {SectionArray, SectionFile} from '../repository/deb/index-file.ts';
import type {PackageIndex} from '../repository/package-index.ts';
import {AutoPackages} from './auto/auto-packages.ts';
import {familyChoices} from './auto/family-choices.ts';
import type {FamilyChoices} from './auto/family-choices.ts';
import {buildFamilies} from './families/build-families.ts';
import {Families} from './families/families.ts';
import {alphabeticalOrder, packagesFromList} from './families/packages-by-name.ts';
import type {PackageRules} from './package-rules.ts';
import {buildSearchData} from './search/search-index.ts';
import type {SearchData} from './search/search-index.ts';
import {createSearcher} from './search/searcher.ts';
import type {Searcher} from './search/searcher.ts';
import {TextBlob} from './search/text-blob.ts';
import {WordIndex} from './search/word-index.ts';
import type {IndexesByRelease} from './starter.ts';

/** Part of the files' names: another form, or other rules for families and words, get another name. */
const form = 'v4';

/**
 * The catalogue: what can be chosen. Starters with their lines, package families with their auto packages, and the search
 * over them, all derived from the indexes of the releases, so that they are always true.
 *
 * - starter: an image definition in starters/, one YAML file each; its lines come from the indexes (derive-starter.ts)
 * - family: packages that are the same thing in several versions (families/)
 * - auto package: FAMILY-auto, which stands for the member that fits a line (auto/)
 * - search: fzf's grammar over families, ranked (search/)
 *
 * It does not resolve dependencies, and knows nothing of plans: what the starter's newest line contains is handed in.
 *
 * Families and search index are kept in a cache folder under the digests of the indexes that they were made from: making
 * them takes one to two seconds, reading them a tenth of that. A file that is torn, or cannot be written, costs only time.
 */
export class Catalog {
	readonly #indexes: IndexesByRelease;
	readonly #folder: string;
	readonly #key: string;
	#autos: AutoPackages | null = null;

	/** @param folder below the cache: everything in it belongs to this class */
	constructor(indexes: IndexesByRelease, folder: string) {
		this.#indexes = indexes;
		this.#folder = folder;
		const hash = createHash('sha256');
		for (const {release, architecture, digest} of indexes.values())
			hash.update(`${release} ${architecture} ${digest}\n`);
		this.#key = hash.digest('hex').slice(0, 24);
	}

	/** What planning asks about families and names. */
	choices(): FamilyChoices {
		return familyChoices(this.autos());
	}

	autos(): AutoPackages {
		return (this.#autos ??= this.#openAutos());
	}

	searcher(rules?: PackageRules): Searcher {
		const autos = this.autos();
		const data =
			this.#read('search', searchDataFrom) ??
			this.#kept('search', buildSearchData(autos.families), sectionsOfSearchData);
		return createSearcher({autos, data, ...(rules === undefined ? {} : {rules})});
	}

	#openAutos(): AutoPackages {
		const indexes = [...this.#indexes.values()];
		return (
			this.#read('families', file => new AutoPackages(familiesFrom(file, indexes), file.section('offers'))) ??
			this.#kept('families', new AutoPackages(buildFamilies(this.#indexes)), sectionsOfAutos)
		);
	}

	#read<Value>(kind: string, from: (file: SectionFile) => Value): Value | null {
		try {
			return from(openSections(join(this.#folder, this.#nameOf(kind))));
		} catch (error) {
			// Not there, not readable, or torn: it is made anew.
			if (error instanceof SlipwayError || isOfSystem(error)) return null;
			throw error;
		}
	}

	/** Writes what was made, if the folder can be written to, and removes what older indexes left. */
	#kept<Value>(kind: string, value: Value, sections: (value: Value) => Readonly<Record<string, SectionArray>>): Value {
		const name = this.#nameOf(kind);
		const temporary = join(this.#folder, `${name}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
		try {
			mkdirSync(this.#folder, {recursive: true});
			writeFileSync(temporary, writeSections({kind}, sections(value)));
			renameSync(temporary, join(this.#folder, name));
			for (const other of readdirSync(this.#folder)) {
				// Also what a process left that was ended while it wrote.
				if (other.startsWith(`${kind}-`) && other !== name) rmSync(join(this.#folder, other), {force: true});
			}
		} catch (error) {
			// A cache that cannot be written makes the next start slower, and nothing else.
			if (!isOfSystem(error)) throw error;
		}
		return value;
	}

	#nameOf(kind: string): string {
		return `${kind}-${form}-${this.#key}`;
	}
}

function sectionsOfAutos({families, offers}: AutoPackages): Readonly<Record<string, SectionArray>> {
	const {packages, names, familyNumbers, tokens} = families;
	return {
		packages: textOf(packages.names),
		ids: Uint32Array.from(packages.ids, id => id + 1),
		families: textOf(names),
		familyOf: familyNumbers,
		order: alphabeticalOrder(packages.names),
		tokenOwners: tokens.owners,
		tokens: textOf(tokens.texts),
		offers,
	};
}

function familiesFrom(file: SectionFile, indexes: readonly PackageIndex[]): Families {
	return new Families({
		packages: packagesFromList(
			indexes,
			listFrom(file.section('packages')),
			idsFrom(file.numbers('ids')),
			file.numbers('order'),
		),
		names: listFrom(file.section('families')),
		familyOf: file.numbers('familyOf'),
		tokens: {owners: file.numbers('tokenOwners'), texts: listFrom(file.section('tokens'))},
	});
}

/** Kept as numbers from 0: -1 is 0. */
function idsFrom(numbers: Uint32Array): Int32Array {
	const ids = new Int32Array(numbers.length);
	for (let at = 0; at < ids.length; at++) ids[at] = (numbers[at] ?? 0) - 1;
	return ids;
}

const blobs = ['names', 'summaries', 'plainSummaries', 'versions'] as const;

function sectionsOfSearchData(data: SearchData): Readonly<Record<string, SectionArray>> {
	return {
		...Object.fromEntries(
			blobs.flatMap(name => [
				[name, data[name].bytes],
				[`${name}Starts`, data[name].starts],
			]),
		),
		words: textOf(data.words.words),
		nameStarts: data.words.names.starts,
		nameDocuments: data.words.names.documents,
		summaryStarts: data.words.summaries.starts,
		summaryDocuments: data.words.summaries.documents,
		popularity: data.popularity,
		languages: data.languages,
		satellites: data.satellites,
		sections: textOf(data.sections),
		sectionOf: data.sectionOf,
		letters: data.letters,
		lengths: data.lengths,
		wordLetters: data.wordLetters,
	};
}

function searchDataFrom(file: SectionFile): SearchData {
	const blob = (name: (typeof blobs)[number]) => {
		const bytes = file.section(name);
		return new TextBlob(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), file.numbers(`${name}Starts`));
	};
	const postings = (name: string) => ({
		starts: file.numbers(`${name}Starts`),
		documents: file.numbers(`${name}Documents`),
	});
	return {
		names: blob('names'),
		summaries: blob('summaries'),
		plainSummaries: blob('plainSummaries'),
		versions: blob('versions'),
		words: new WordIndex(listFrom(file.section('words')), postings('name'), postings('summary')),
		popularity: file.section('popularity'),
		languages: file.section('languages'),
		satellites: file.section('satellites'),
		sections: listFrom(file.section('sections')),
		sectionOf: file.section('sectionOf'),
		letters: file.numbers('letters'),
		lengths: file.section('lengths'),
		wordLetters: file.numbers('wordLetters'),
	};
}

/** ENOENT, EACCES, ENOSPC and their kin. */
function isOfSystem(error: unknown): boolean {
	return error instanceof Error && 'syscall' in error;
}

/** Texts without line feeds. */
function textOf(list: readonly string[]): Uint8Array {
	return Buffer.from(list.join('\n'));
}

function listFrom(bytes: Uint8Array): readonly string[] {
	if (bytes.length === 0) return [];
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
}
