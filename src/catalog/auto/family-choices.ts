import type {PackageIndex} from '../../repository/package-index.ts';
import type {StarterLine} from '../starter.ts';
import {editDistance} from '../search/edit-distance.ts';
import type {AutoPackages} from './auto-packages.ts';

/** What planning asks of the catalogue (src/plan/families.ts states it from its side). */
export interface FamilyChoices {
	isAuto(name: string): boolean;
	chooseAutoMember(autoName: string, line: StarterLine, index: PackageIndex): string | null;
	nearestNames(name: string): readonly string[];
	alternativesOf(name: string, line: StarterLine, index: PackageIndex): readonly string[];
}

const nearestCount = 3;

export function familyChoices(autos: AutoPackages): FamilyChoices {
	const {families} = autos;
	return {
		isAuto: name => autos.familyOfAuto(name) !== null,
		chooseAutoMember: (autoName, line, index) => autos.chooseAutoMember(autoName, line, index),
		nearestNames: name => nearestNames(autos, name),
		alternativesOf: (name, line, index) => {
			const family = families.familyOf(name);
			if (family === null) return [];
			const auto = autos.autoFor(family);
			const members = autos.membersFor(family, line, index).filter(member => member !== name);
			return auto === null ? members : [auto, ...members];
		},
	};
}

/** Known names that differ from a wrong one by two letters or less, nearest first; for `X-auto` also autos. */
function nearestNames(autos: AutoPackages, name: string): readonly string[] {
	const wanted = name.toLowerCase();
	const limit = wanted.length < 5 ? 1 : 2;
	const found: {readonly name: string; readonly distance: number}[] = [];
	const consider = (candidate: string) => {
		if (Math.abs(candidate.length - wanted.length) > limit) return;
		const distance = editDistance(wanted, candidate, limit);
		if (distance <= limit) found.push({name: candidate, distance});
	};
	for (const known of autos.families.packages.names) consider(known);
	if (wanted.endsWith('-auto')) {
		for (const family of autos.families.names) {
			if (Math.abs(family.length + 5 - wanted.length) > limit) continue;
			const auto = autos.autoFor(family);
			if (auto !== null) consider(auto);
		}
	}
	return found
		.sort((a, b) => a.distance - b.distance || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
		.slice(0, nearestCount)
		.map(({name: known}) => known);
}
