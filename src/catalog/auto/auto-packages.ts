import {compareVersions} from '../../repository/deb/version.ts';
import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
import type {Families} from '../families/families.ts';
import {compareTokens} from '../families/version-token.ts';
import type {StarterLine} from '../starter.ts';
import {isUnreleased} from '../unreleased.ts';
import {LineFit} from './line-fit.ts';

const suffix = '-auto';

/** Ends of names of packages that come along with another one of their own, and are not added by themselves. */
const partPattern = /-(?:common|data|scripts|config|conf|base|minimal|l10n|locales?|lang|assets|defaults|support)$/;

/** Families whose members are tied to the version of a language, also while there is only one member. */
const extensionPattern = /^(?:php|python3|py3|ruby)-/;

export function autoDescription(family: string): string {
	return `Universal package for ${family}: detects and installs a compatible version`;
}

/** A package of the starter's newest line that takes its family out of choice. */
export interface BlockedFamily {
	readonly package: string;
	readonly version: string;
	readonly line: string;
}

/** What the newest line of a starter contains, by package name. */
export interface PlannedNames {
	readonly line: string;
	readonly packages: ReadonlyMap<string, string>;
}

/** The rules of auto packages. FAMILY-auto stands for the member of a family that fits a line. */
export class AutoPackages {
	readonly families: Families;
	readonly #offers = new Map<number, boolean>();
	readonly #fits = new WeakMap<StarterLine, {readonly index: PackageIndex; readonly fit: LineFit}>();
	#bySource: ReadonlyMap<string, readonly number[]> | null = null;

	constructor(families: Families) {
		this.families = families;
	}

	/** `php-curl-auto`; null for a family that offers none. */
	autoFor(family: string): string | null {
		const number = this.families.numberOf(family);
		if (number === null) return null;
		let offers = this.#offers.get(number);
		if (offers === undefined) {
			offers = this.#offersAuto(family, number);
			this.#offers.set(number, offers);
		}
		return offers ? family + suffix : null;
	}

	/** The family of an auto package that is offered; null for every other name. */
	familyOfAuto(autoName: string): string | null {
		if (!autoName.endsWith(suffix)) return null;
		const family = autoName.slice(0, -suffix.length);
		return this.autoFor(family) === null ? null : family;
	}

	/** Members that fit the line, best first: the newest by the version in the name, then by the package's own. */
	membersFor(family: string, line: StarterLine, index: PackageIndex): readonly string[] {
		const fit = this.fitOf(line, index);
		const fitting: {readonly name: string; readonly token: string | null; readonly version: string}[] = [];
		for (const {name, token} of this.families.members(family)) {
			const [id] = index.packagesNamed(name);
			if (id !== undefined && fit.fits(id)) fitting.push({name, token, version: index.versionOf(id)});
		}
		return fitting
			.sort(
				(a, b) =>
					Number(isUnreleased(a.version)) - Number(isUnreleased(b.version)) ||
					compareTokens(b.token ?? '', a.token ?? '') ||
					compareVersions(b.version, a.version) ||
					(a.name < b.name ? -1 : 1),
			)
			.map(({name}) => name);
	}

	/** The member that FAMILY-auto stands for in a line; null if none fits, so that the line goes without. */
	chooseAutoMember(autoName: string, line: StarterLine, index: PackageIndex): string | null {
		const family = this.familyOfAuto(autoName);
		return family === null ? null : (this.membersFor(family, line, index)[0] ?? null);
	}

	/** Whether the starter has a member already, so that the family cannot be added; says which. */
	blockedBy(family: string, planned: PlannedNames): BlockedFamily | null {
		for (const {name} of this.families.members(family)) {
			const version = planned.packages.get(name);
			if (version !== undefined) return {package: name, version, line: planned.line};
		}
		return null;
	}

	fitOf(line: StarterLine, index: PackageIndex): LineFit {
		const known = this.#fits.get(line);
		if (known?.index === index) return known.fit;
		const fit = new LineFit(this.families, line, index);
		this.#fits.set(line, {index, fit});
		return fit;
	}

	#offersAuto(family: string, number: number): boolean {
		if (this.families.familyOf(family + suffix) !== null) return false;
		const members = this.families.memberNumbers(number);
		const isVersioned = members.length > 1 || members.some(member => this.families.tokenOf(member) !== null);
		if (!isVersioned && !extensionPattern.test(family)) return false;
		return !this.#isPart(family, members);
	}

	/** True for php-posix-config, on which php-posix depends. */
	#isPart(family: string, members: Uint32Array): boolean {
		if (!partPattern.test(family)) return false;
		return members.some(member => {
			const name = this.families.packages.names[member] ?? '';
			return this.families.versionsAt(member).some(({index, id}) => {
				const parents = index.packagesNamed(name.replace(partPattern, '')).slice(0, 1);
				return [...parents, ...this.#siblings(index, id)].some(other => dependsOn(index, other, name));
			});
		});
	}

	#siblings(index: PackageIndex, id: PackageId): readonly PackageId[] {
		this.#bySource ??= this.#groupBySource();
		const numbers = this.#bySource.get(index.sourceOf(id)) ?? [];
		return numbers.flatMap(number => {
			const [newest] = index.packagesNamed(this.families.packages.names[number] ?? '');
			return newest === undefined || newest === id ? [] : [newest];
		});
	}

	#groupBySource(): ReadonlyMap<string, readonly number[]> {
		const groups = new Map<string, number[]>();
		for (const number of this.families.packages.names.keys()) {
			for (const {index, id} of this.families.versionsAt(number)) {
				const source = index.sourceOf(id);
				const known = groups.get(source);
				if (known === undefined) groups.set(source, [number]);
				else if (known.at(-1) !== number) known.push(number);
			}
		}
		return groups;
	}
}

function dependsOn(index: PackageIndex, id: PackageId, name: string): boolean {
	return (['preDepends', 'depends'] as const).some(field =>
		index.relationsOf(id, field).some(group => group.some(relation => relation.name === name)),
	);
}
