import {satisfies, withoutEpoch} from '../../repository/deb/version.ts';
import type {PackageId, PackageIndex, Relation} from '../../repository/package-index.ts';
import type {Families} from '../families/families.ts';
import type {StarterLine} from '../starter.ts';

/**
 * Whether packages fit the software of a starter's line. What belongs to another branch of that software does not:
 * php8.2-curl in the line 8.4, an extension module built for Python 3.14 in the line 3.15. Whether a package that fits can be
 * installed beside all others is for the planner to say.
 */
export class LineFit {
	readonly #families: Families;
	readonly #line: StarterLine;
	readonly #index: PackageIndex;
	/** Version in the primary package's name, `8.4`; null for nginx and others that have one version a release. */
	readonly #token: string | null;
	readonly #family: string | null;
	/** The source with `#` for that version: `php#`. */
	readonly #source: string | null;
	readonly #known = new Map<string, boolean>();

	constructor(families: Families, line: StarterLine, index: PackageIndex) {
		this.#families = families;
		this.#line = line;
		this.#index = index;
		this.#family = families.familyOf(line.primaryPackage);
		this.#token = families.tokenOfName(line.primaryPackage);
		const [id] = index.packagesNamed(line.primaryPackage);
		this.#source = id === undefined ? null : markedSource(index.sourceOf(id), this.#token);
	}

	fits(id: PackageId): boolean {
		if (this.#token === null) return true;
		if (!this.#isOfLine(this.#index.nameOf(id))) return false;
		return this.#index
			.relationsOf(id, 'depends')
			.every(group => group.some(relation => this.#isRelationOfLine(relation)));
	}

	#isRelationOfLine(relation: Relation): boolean {
		if (!this.#isOfLine(relation.name)) return false;
		if (relation.operator === null || relation.version === null) return true;
		// The default package of the line's software, which stands for the line here: `python3 (<< 3.14)`.
		if (relation.name !== this.#family) return true;
		return satisfies(this.#line.version, relation.operator, withoutEpoch(relation.version));
	}

	/** False only for packages from the line's own software, in another branch of it. */
	#isOfLine(name: string): boolean {
		const known = this.#known.get(name);
		if (known !== undefined) return known;
		const token = this.#families.tokenOfName(name);
		const [id] = token === null ? [] : this.#index.packagesNamed(name);
		const isOfLine =
			token === null ||
			id === undefined ||
			token === this.#token ||
			markedSource(this.#index.sourceOf(id), token) !== this.#source;
		this.#known.set(name, isOfLine);
		return isOfLine;
	}
}

/** Null for a source that does not bear the version: it has nothing to tell branches apart by. */
function markedSource(source: string, token: string | null): string | null {
	return token !== null && source.includes(token) ? source.replace(token, '#') : null;
}
