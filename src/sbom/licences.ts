import {SPDX} from '@cyclonedx/cyclonedx-library';

/** What a package's copyright file declares. */
export interface DeclaredLicence {
	/** An SPDX licence expression. */
	readonly expression: string;
	/** LicenseRef-… of the expression, with the name that the file uses. */
	readonly references: ReadonlyMap<string, string>;
}

/**
 * Licences of a Debian copyright file. Machine-readable ones (DEP 5, copyright-format 1.0) give every licence of their
 * Files paragraphs; of others, only the references to /usr/share/common-licenses are taken, as names: whether "or any
 * later version" holds cannot be known. Null where neither says anything.
 */
export function declaredLicence(copyright: string): DeclaredLicence | null {
	const references = new Map<string, string>();
	const terms = new Set<string>();
	for (const synopsis of synopses(copyright)) {
		const term = parseSynopsis(synopsis, references);
		if (term !== null) terms.add(term);
	}
	if (terms.size === 0) {
		for (const [, name] of copyright.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z]+(?:-\d(?:\.\d)*)?)/g)) {
			if (name !== undefined) terms.add(referenceTo(`common-licenses-${name}`, references));
		}
	}
	if (terms.size === 0) return null;
	const parts = [...terms].sort();
	const isChoice = (part: string) => / OR /.test(part) && !isWrapped(part);
	const expression =
		parts.length === 1 ? parts[0] : parts.map(part => (isChoice(part) ? `(${part})` : part)).join(' AND ');
	return {expression: expression ?? '', references};
}

/** First lines of the License fields of Files paragraphs, or of the header where there are none. */
function synopses(copyright: string): readonly string[] {
	if (!/^Format:\s*\S*copyright-format/im.test(copyright.slice(0, 500))) return [];
	const paragraphs = copyright.split(/\n\s*\n/);
	const licenceOf = (paragraph: string) => {
		const value = /^License:[ \t]*(.*)$/im.exec(paragraph)?.[1]?.trim() ?? '';
		return value === '' ? [] : [value];
	};
	const files = paragraphs.filter(paragraph => /^Files:/im.test(paragraph)).flatMap(licenceOf);
	return files.length > 0 ? files : paragraphs.slice(0, 1).flatMap(licenceOf);
}

/**
 * `GPL-2+ or Artistic, and Expat`: "and" binds closer than "or", a comma closer than neither (copyright-format 1.0,
 * "License specification").
 */
function parseSynopsis(synopsis: string, references: Map<string, string>): string | null {
	if (synopsis.length > 500) return null;
	const groups = synopsis.split(/,\s*(?=(?:and|or)\s)/i);
	let result: string | null = null;
	for (const group of groups) {
		const [, word = 'and', rest = ''] = /^(?:(and|or)\s+)?(.*)$/is.exec(group.trim()) ?? [];
		const term = parseChoice(rest, references);
		if (term === null) continue;
		if (result === null) result = term;
		else result = `${wrap(result)} ${word.toUpperCase()} ${wrap(term)}`;
	}
	return result;
}

function parseChoice(text: string, references: Map<string, string>): string | null {
	const choices = text
		.split(/\s+or\s+/i)
		.map(choice => {
			const all = choice.split(/\s+and\s+|,\s*/i).flatMap(name => {
				const licence = name.trim();
				return licence === '' ? [] : [spdxTerm(licence, references)];
			});
			return [...new Set(all)].join(' AND ');
		})
		.filter(choice => choice !== '');
	return choices.length === 0 ? null : [...new Set(choices)].join(' OR ');
}

function wrap(term: string): string {
	return / (?:AND|OR) /.test(term) && !isWrapped(term) ? `(${term})` : term;
}

function isWrapped(term: string): boolean {
	return term.startsWith('(') && term.indexOf(')') === term.length - 1;
}

/** Debian's short names that differ from SPDX's (copyright-format 1.0, "Short name"). */
const shortNames: Readonly<Record<string, string>> = {
	expat: 'MIT',
	zlib: 'Zlib',
	artistic: 'Artistic-1.0-Perl',
	psf: 'PSF-2.0',
	'psf-2': 'PSF-2.0',
	perl: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
	apache: 'Apache-2.0',
};

function spdxTerm(name: string, references: Map<string, string>): string {
	const known = shortNames[name.toLowerCase()];
	if (known !== undefined) return known.includes(' ') ? `(${known})` : known;
	// GPL-2, GPL-2+, LGPL-2.1+, GFDL-1.3
	const [, family, number, later] = /^((?:L|A)?GPL|GFDL)-(\d(?:\.\d)?)(?:\.0)?(\+?)$/i.exec(name) ?? [];
	if (family !== undefined && number !== undefined) {
		const full = number.includes('.') ? number : `${number}.0`;
		const id = `${family.toUpperCase()}-${full}-${later === '+' ? 'or-later' : 'only'}`;
		if (SPDX.isSupportedSpdxId(id)) return id;
	}
	return SPDX.fixupSpdxId(name) ?? referenceTo(name, references);
}

function referenceTo(name: string, references: Map<string, string>): string {
	const id = `LicenseRef-${name
		.replaceAll('+', '-or-later')
		.replace(/[^A-Za-z0-9.-]+/g, '-')
		.slice(0, 100)}`;
	references.set(id, name);
	return id;
}
