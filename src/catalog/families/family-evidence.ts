import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
import type {PackagesByName} from './packages-by-name.ts';
import {versionsOf} from './packages-by-name.ts';
import {isVersionPrefix, versionTokens, withoutToken} from './version-token.ts';
import type {VersionToken} from './version-token.ts';

/** A name with one of its numbers. */
interface Occurrence {
	readonly number: number;
	readonly token: string;
	/** The package's own version begins with it. */
	readonly isOwnVersion: boolean;
}

/**
 * What the indexes say about the numbers in package names. A number is a version where
 *
 * - the package's own version begins with it, and either its source's name bears it too or a sibling does the same with
 *   another number (php8.2-curl 8.2.36, perl-modules-5.40). A single digit counts only where a later release dropped one of
 *   them: tomcat9 gave way to tomcat10, while libgtk-3-dev and libgtk-4-dev go on side by side;
 * - or the package provides its name without it, or a default package of that name depends on it (php8.4-imagick, gcc-14);
 * - or it depends on a package whose version it is (postgresql-17-pgvector on postgresql-17);
 * - or each release has exactly one package of that shape from that source, and they differ (librte-eal23, librte-eal25).
 */
export class FamilyEvidence {
	readonly #packages: PackagesByName;
	readonly #stems: readonly (string | undefined)[];
	/** By the stem with `#` for the number. */
	readonly #shapes = new Map<string, Occurrence[]>();
	/** Sources (with `#`) whose packages keep the major number: python3.13 is the family python3. */
	readonly #keepMajor = new Set<string>();
	/** Names of packages whose number is their own version, with that number. */
	readonly #versioned = new Map<string, string>();

	/** @param stems by package number; undefined for names without a number */
	constructor(packages: PackagesByName, stems: readonly (string | undefined)[]) {
		this.#packages = packages;
		this.#stems = stems;
		for (const [number, stem] of stems.entries()) {
			if (stem === undefined) continue;
			const tokens = versionTokens(stem);
			if (tokens.length === 0) continue;
			const versions = this.#versions(number).map(({index, id}) => index.versionOf(id));
			for (const token of tokens) {
				const shape = shapeOf(stem, token);
				const known = this.#shapes.get(shape);
				const isOwnVersion = versions.some(version => isVersionPrefix(token.text, version));
				if (known === undefined) this.#shapes.set(shape, [{number, token: token.text, isOwnVersion}]);
				else known.push({number, token: token.text, isOwnVersion});
			}
		}
		for (const [number, stem] of stems.entries()) {
			for (const token of stem === undefined ? [] : versionTokens(stem)) {
				if (stem === undefined || !this.#hasVersionOfItsOwn(number, stem, token)) continue;
				this.#versioned.set(packages.names[number] ?? '', token.text);
				this.#findKeptMajor(number, stem, token);
			}
		}
	}

	/** What stays in a token's place: nothing, or the major number; null if the token is no version. */
	keptOf(number: number, token: VersionToken): string | null {
		const stem = this.#stems[number] ?? '';
		const major = majorOf(token.text);
		if (this.#hasVersionOfItsOwn(number, stem, token)) return this.#keepsMajor(number, token) ? major : '';
		const isLong = token.text.includes('.') || token.text.length > 1;
		if (!isLong) return this.#isReplaced(number, stem, token) ? '' : null;
		const versions = this.#versions(number);
		for (const kept of major === token.text ? [''] : ['', major]) {
			const name = withoutToken(stem, token, kept);
			if (versions.some(({index, id}) => provides(index, id, name))) return kept;
		}
		if (versions.some(({index, id}) => this.#needsVersion(index, id, token.text))) {
			const keeps = major !== token.text && this.#packages.numberOf(withoutToken(stem, token, major)) !== undefined;
			return keeps ? major : '';
		}
		return this.#isReplaced(number, stem, token) ? '' : null;
	}

	#versions(number: number): readonly {readonly index: PackageIndex; readonly id: PackageId}[] {
		return versionsOf(this.#packages, number);
	}

	#hasVersionOfItsOwn(number: number, stem: string, token: VersionToken): boolean {
		const siblings = this.#shapes.get(shapeOf(stem, token)) ?? [];
		if (!siblings.some(sibling => sibling.number === number && sibling.isOwnVersion)) return false;
		const others = siblings.filter(
			// python3 is no sibling of python3.13 but its default package.
			sibling =>
				sibling.isOwnVersion &&
				!isVersionPrefix(sibling.token, token.text) &&
				!isVersionPrefix(token.text, sibling.token),
		);
		if (!token.text.includes('.') && token.text.length === 1) return others.length > 0 && this.#isSuccession(siblings);
		return (
			others.length > 0 ||
			this.#sources(number).some(source => versionTokens(source).some(({text}) => isVersionPrefix(text, token.text)))
		);
	}

	/** Whether a release dropped a number that an earlier one had, and has a greater one. */
	#isSuccession(siblings: readonly Occurrence[]): boolean {
		const numbers = new Map<PackageIndex, Set<number>>();
		for (const sibling of siblings.filter(({isOwnVersion}) => isOwnVersion)) {
			for (const {index} of this.#versions(sibling.number)) {
				const known = numbers.get(index);
				if (known === undefined) numbers.set(index, new Set([Number(sibling.token)]));
				else known.add(Number(sibling.token));
			}
		}
		const sets = [...numbers.values()];
		return sets.some(old =>
			sets.some(later => Math.max(...later) > Math.max(...old) && [...old].some(n => !later.has(n))),
		);
	}

	/** One package of this shape and source in each release, with different numbers. */
	#isReplaced(number: number, stem: string, token: VersionToken): boolean {
		const siblings = this.#shapes.get(shapeOf(stem, token)) ?? [];
		if (siblings.length < 2) return false;
		const source = new Set(this.#sources(number).map(name => name.replaceAll(/\d+(?:\.\d+)*/g, '#')));
		const byRelease = new Map<PackageIndex, string>();
		for (const sibling of siblings) {
			for (const {index, id} of this.#versions(sibling.number)) {
				if (!source.has(index.sourceOf(id).replaceAll(/\d+(?:\.\d+)*/g, '#'))) continue;
				const other = byRelease.get(index);
				if (other !== undefined && other !== sibling.token) return false;
				byRelease.set(index, sibling.token);
			}
		}
		return new Set(byRelease.values()).size > 1;
	}

	#findKeptMajor(number: number, stem: string, token: VersionToken): void {
		const major = majorOf(token.text);
		if (major === token.text) return;
		const name = this.#packages.names[number] ?? '';
		const short = this.#packages.numberOf(withoutToken(stem, token, major));
		if (short === undefined) return;
		const isDefault = this.#versions(short).some(({index, id}) =>
			index.relationsOf(id, 'depends').some(group => group.some(relation => relation.name === name)),
		);
		if (!isDefault) return;
		for (const source of this.#sources(number)) this.#keepMajor.add(withTokenMarked(source, token.text));
	}

	#keepsMajor(number: number, token: VersionToken): boolean {
		return this.#sources(number).some(source => this.#keepMajor.has(withTokenMarked(source, token.text)));
	}

	/** Whether it depends on a package whose version that number is. */
	#needsVersion(index: PackageIndex, id: PackageId, token: string): boolean {
		return index
			.relationsOf(id, 'depends')
			.some(group => group.some(relation => this.#versioned.get(relation.name) === token));
	}

	#sources(number: number): readonly string[] {
		return [...new Set(this.#versions(number).map(({index, id}) => index.sourceOf(id)))];
	}
}

function shapeOf(stem: string, token: VersionToken): string {
	return `${stem.slice(0, token.start)}#${stem.slice(token.end)}`;
}

function withTokenMarked(source: string, token: string): string {
	return source.replace(token, '#');
}

function majorOf(token: string): string {
	return token.split('.', 1)[0] ?? token;
}

function provides(index: PackageIndex, id: PackageId, name: string): boolean {
	return index.relationsOf(id, 'provides').some(group => group.some(relation => relation.name === name));
}
