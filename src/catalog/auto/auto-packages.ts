import {compareVersions} from '../../repository/deb/version.ts';
import type {PackageIndex} from '../../repository/package-index.ts';
import type {Families} from '../families/families.ts';
import {compareTokens} from '../families/version-token.ts';
import type {StarterLine} from '../starter.ts';
import {isUnreleased} from '../unreleased.ts';
import {autoOffers, autoSuffix} from './auto-offers.ts';
import {LineFit} from './line-fit.ts';

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
	/** 1 for the families that offer one, by number. */
	readonly offers: Uint8Array;
	readonly #fits = new WeakMap<StarterLine, {readonly index: PackageIndex; readonly fit: LineFit}>();

	constructor(families: Families, offers: Uint8Array = autoOffers(families)) {
		this.families = families;
		this.offers = offers;
	}

	/** `php-curl-auto`; null for a family that offers none. */
	autoFor(family: string): string | null {
		const number = this.families.numberOf(family);
		return number !== null && this.offersAt(number) ? family + autoSuffix : null;
	}

	/** The same by the family's number. */
	offersAt(family: number): boolean {
		return this.offers[family] === 1;
	}

	/** The family of an auto package that is offered; null for every other name. */
	familyOfAuto(autoName: string): string | null {
		if (!autoName.endsWith(autoSuffix)) return null;
		const family = autoName.slice(0, -autoSuffix.length);
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
}
