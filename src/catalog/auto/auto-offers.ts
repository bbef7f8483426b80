import type {PackageId, PackageIndex} from '../../repository/package-index.ts';
import type {Families} from '../families/families.ts';

export const autoSuffix = '-auto';

/** Ends of names of packages that come along with another one of their own, and are not added by themselves. */
const partPattern = /-(?:common|data|scripts|config|conf|base|minimal|l10n|locales?|lang|assets|defaults|support)$/;

/** Families whose members are tied to the version of a language, also while there is only one member. */
const extensionPattern = /^(?:php|python3|py3|ruby)-/;

/** Which families offer an auto package: 1 or 0 by the family's number. It reads the sources of all packages, once. */
export function autoOffers(families: Families): Uint8Array {
	let siblings: Siblings | null = null;
	return Uint8Array.from(families.names, (family, number) => {
		const members = families.memberNumbers(number);
		const isVersioned = members.length > 1 || members.some(member => families.tokenOf(member) !== null);
		if (!isVersioned && !extensionPattern.test(family)) return 0;
		if (families.familyOf(family + autoSuffix) !== null) return 0;
		if (!partPattern.test(family)) return 1;
		siblings ??= new Siblings(families);
		return isPart(families, members, siblings) ? 0 : 1;
	});
}

/** True for php-posix-config, on which php-posix depends. */
function isPart(families: Families, members: Uint32Array, siblings: Siblings): boolean {
	return members.some(member => {
		const name = families.packages.names[member] ?? '';
		return families.versionsAt(member).some(({index, id}) => {
			const parents = index.packagesNamed(name.replace(partPattern, '')).slice(0, 1);
			return [...parents, ...siblings.of(index, id)].some(other => dependsOn(index, other, name));
		});
	});
}

/** Packages by their source, in any release. */
class Siblings {
	readonly #families: Families;
	readonly #bySource = new Map<string, number[]>();

	constructor(families: Families) {
		this.#families = families;
		for (const number of families.packages.names.keys()) {
			for (const {index, id} of families.versionsAt(number)) {
				const source = index.sourceOf(id);
				const known = this.#bySource.get(source);
				if (known === undefined) this.#bySource.set(source, [number]);
				else if (known.at(-1) !== number) known.push(number);
			}
		}
	}

	/** The others of a package's source, as the release has them. */
	of(index: PackageIndex, id: PackageId): readonly PackageId[] {
		const numbers = this.#bySource.get(index.sourceOf(id)) ?? [];
		return numbers.flatMap(number => {
			const [newest] = index.packagesNamed(this.#families.packages.names[number] ?? '');
			return newest === undefined || newest === id ? [] : [newest];
		});
	}
}

function dependsOn(index: PackageIndex, id: PackageId, name: string): boolean {
	return (['preDepends', 'depends'] as const).some(field =>
		index.relationsOf(id, field).some(group => group.some(relation => relation.name === name)),
	);
}
