/** `python3` of python3-numpy, `perl` of libdbi-perl: what says which language's a library is. */
const ornamentsInFront: ReadonlySet<string> = new Set([
	'python3',
	'php',
	'ruby',
	'node',
	'golang',
	'librust',
	'libghc',
]);
const ornamentsBehind: ReadonlySet<string> = new Set(['perl', 'java']);

/**
 * How much of a name the words of a query cover; most of all if they are the name. Asked for hundreds of names with every
 * keystroke: names are read letter by letter, and most end before anything is made of them.
 */
export class Closeness {
	readonly #joined: string;
	readonly #plain: string;
	readonly #only: string | null;
	readonly #meant: readonly (readonly string[])[];

	/**
	 * @param words in lowercase
	 * @param meant for each word of theirs, what it was taken for
	 */
	constructor(words: readonly string[], meant: readonly (readonly string[])[]) {
		this.#joined = words.join('-');
		this.#plain = this.#joined.replaceAll(/[^a-z0-9]/g, '');
		this.#only = words.length === 1 ? (words[0] ?? null) : null;
		this.#meant = meant;
	}

	of(name: string): number {
		if (name === this.#joined || name === this.#only) return 100;
		const {parts, letters} = partsOf(name);
		const wanted = this.#meant.length;
		// Without ornaments there are up to two parts less: only then can they be the words.
		if (parts.length >= wanted && parts.length <= wanted + 2) {
			if (this.#isMeant(parts)) return 70;
			const core = parts.filter((part, at) => !isOrnament(part, at, parts.length));
			if (this.#isMeant(withoutLib(core)) || this.#isMeant(core) || this.#isMeant(withoutLib(parts))) return 40;
		}
		if (letters === this.#plain.length && name.replaceAll(/[^a-z0-9]/g, '') === this.#plain) return 60;
		let covered = 0;
		let completed = 0;
		for (const choices of this.#meant) {
			const found = firstIn(name, choices);
			if (found === null) continue;
			covered += found.length;
			const length = lengthOfPart(parts, found);
			if (length > 0) completed += found.length / length / wanted;
		}
		return 20 * Math.min(1, covered / Math.max(1, letters)) + 6 * completed;
	}

	#isMeant(list: readonly string[]): boolean {
		if (list.length !== this.#meant.length) return false;
		for (const choices of this.#meant) {
			let isThere = false;
			for (const word of choices) isThere ||= list.includes(word);
			if (!isThere) return false;
		}
		return true;
	}
}

/** What stands between hyphens, dots and plus signs; how many letters and digits there are. */
function partsOf(name: string): {readonly parts: readonly string[]; readonly letters: number} {
	const parts: string[] = [];
	let begin = 0;
	let letters = 0;
	for (let at = 0; at < name.length; at++) {
		const code = name.charCodeAt(at);
		if (code === 0x2d || code === 0x2e || code === 0x2b) {
			parts.push(name.slice(begin, at));
			begin = at + 1;
		} else if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)) letters++;
	}
	parts.push(name.slice(begin));
	return {parts, letters};
}

function firstIn(name: string, choices: readonly string[]): string | null {
	for (const word of choices) if (name.includes(word)) return word;
	return null;
}

function lengthOfPart(parts: readonly string[], beginning: string): number {
	for (const part of parts) if (part.startsWith(beginning)) return part.length;
	return 0;
}

function isOrnament(part: string, at: number, count: number): boolean {
	if (count < 2) return false;
	return at === 0 ? ornamentsInFront.has(part) : at === count - 1 && ornamentsBehind.has(part);
}

function withoutLib(parts: readonly string[]): readonly string[] {
	const [first = '', ...rest] = parts;
	return first.startsWith('lib') && first.length > 3 ? [first.slice(3), ...rest] : parts;
}
