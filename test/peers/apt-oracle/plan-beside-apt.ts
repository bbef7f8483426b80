import {deriveStarter} from '../../../src/catalog/derive-starter.ts';
import {loadStarterDefinitions} from '../../../src/catalog/load-starters.ts';
import type {StarterLine} from '../../../src/catalog/starter.ts';
import {noFamilies} from '../../../src/plan/families.ts';
import {planLine} from '../../../src/plan/plan-line.ts';
import {universeOf} from '../../../src/plan/resolver/universe.ts';
import {indexFromPackages} from '../../../src/repository/deb/index-from-packages.ts';
import type {PackageIndex} from '../../../src/repository/package-index.ts';
import type {AptRoot, SuiteText} from './apt-root.ts';

/** What the plan of some packages is beside what apt would install. */
export interface Comparison {
	/** apt says that it cannot be installed. */
	readonly isRefused: boolean;
	/** What differs; null where both say the same. */
	readonly difference: string | null;
}

/** A release as `plan` and apt both see it: the line of the Debian starter, in the dev variant. */
export interface OracleRelease {
	readonly index: PackageIndex;
	readonly line: StarterLine;
	/** What apt is asked for before the package: Essential packages and the starter's own. */
	readonly roots: readonly string[];
}

/** Throws where the Debian starter has no line in the release. */
export async function oracleRelease(release: string, suites: readonly SuiteText[]): Promise<OracleRelease> {
	const index = indexFromPackages({release, architecture: 'amd64', packages: suites});
	const definition = (await loadStarterDefinitions()).find(({name}) => name === 'debian');
	const line = definition && deriveStarter(definition, new Map([[release, index]])).lines[0];
	if (line === undefined) throw new Error(`The Debian starter has no line in ${release}`);
	const roots = new Set([...universeOf(index).essentialNames, ...line.packages, ...line.devPackages]);
	return {index, line, roots: [...roots]};
}

/** Every name of the release, in alphabetical order: what a sample is drawn from. */
export function namesOf({index}: OracleRelease): readonly string[] {
	return [...new Set(Array.from({length: index.packageCount}, (_, id) => index.nameOf(id)))].sort();
}

/** Plans the Debian starter with more packages, and asks apt for the same from nothing. */
export async function planBesideApt(
	release: OracleRelease,
	apt: AptRoot,
	names: readonly string[],
): Promise<Comparison> {
	const {index, line, roots} = release;
	const composition = {
		name: 'oracle',
		description: '',
		starter: 'debian',
		variant: 'dev',
		lines: 'all',
		packages: names.map(name => ({name, version: null})),
		env: {},
		bundles: [],
		config: {},
		tests: [],
	} as const;
	const plan = planLine({composition, line, index, families: noFamilies});
	const answer = await apt.install([...roots, ...names], {quick: true});
	const refused = {isRefused: answer.kind === 'failed'};
	if (plan.status !== 'ok') {
		const reason = plan.conflict?.summary ?? plan.reason ?? '';
		return {...refused, difference: answer.kind === 'failed' ? null : `apt finds a solution; the plan: ${reason}`};
	}
	if (answer.kind === 'failed') return {...refused, difference: 'the plan has a solution, apt none'};
	const versions = new Map(plan.packages.map(entry => [entry.name, entry.version]));
	const more = [...versions].filter(([other, version]) => answer.versions.get(other) !== version);
	const less = [...answer.versions].filter(([other, version]) => versions.get(other) !== version);
	if (more.length + less.length === 0) return {...refused, difference: null};
	const text = (list: readonly (readonly [string, string])[]) =>
		list.map(entry => entry.join('=')).join(' ') || 'nothing';
	return {...refused, difference: `apt: ${text(less)}; the plan: ${text(more)}`};
}

export interface NamedComparison extends Comparison {
	readonly name: string;
	/** How many packages were added at once. */
	readonly together: number;
}

/**
 * The packages added all at once, as apt takes a second each time that it is asked; halved for as long as they differ or cannot
 * be installed, so that a difference or a refusal is always that of one package.
 */
export async function compareTogether(
	release: OracleRelease,
	apt: AptRoot,
	names: readonly string[],
): Promise<readonly NamedComparison[]> {
	const comparison = await planBesideApt(release, apt, names);
	if (names.length > 1 && (comparison.isRefused || comparison.difference !== null)) {
		const half = Math.ceil(names.length / 2);
		const first = await compareTogether(release, apt, names.slice(0, half));
		return [...first, ...(await compareTogether(release, apt, names.slice(half)))];
	}
	return names.map(name => ({name, ...comparison, together: names.length}));
}
