import {deriveStarter} from '../../../src/catalog/derive-starter.ts';
import {loadStarterDefinitions} from '../../../src/catalog/load-starters.ts';
import type {Variant} from '../../../src/catalog/starter.ts';
import type {Composition} from '../../../src/plan/composition.ts';
import type {Plan} from '../../../src/plan/plan.ts';
import {planComposition} from '../../../src/plan/plan-composition.ts';
import type {DebianRepository} from '../../../src/repository/deb/debian-repository.ts';
import type {PackageIndex} from '../../../src/repository/package-index.ts';

export interface PlanOf {
	readonly repository: DebianRepository;
	readonly starter: string;
	readonly line: string;
	readonly packages: readonly string[];
	/** dev unless said. */
	readonly variant?: Variant;
	/** What the starter lays down beside its packages is not every peer's to know: left out unless said. */
	readonly hasPaths?: boolean;
	readonly composed?: Partial<Composition>;
}

/** One line of a starter, planned from the real indexes; refreshed if there are none yet. */
export async function planOf(wanted: PlanOf): Promise<Plan> {
	const {repository, starter: name, line, packages, variant = 'dev', hasPaths = false, composed = {}} = wanted;
	if (!(await repository.hasIndexes('amd64'))) await repository.refresh({architectures: ['amd64']});
	const indexes = new Map<string, PackageIndex>();
	for (const release of repository.releases) {
		const index = await repository.openIndex(release, 'amd64').catch(() => null); // A mirror may lack a release.
		if (index !== null) indexes.set(release, index);
	}
	const definition = (await loadStarterDefinitions()).find(one => one.name === name);
	if (definition === undefined) throw new Error(`there is no starter ${name}`);
	const composition = {
		name: `peer-${name}`,
		description: '',
		starter: name,
		variant,
		lines: [line],
		packages: packages.map(wantedName => ({name: wantedName, version: null})),
		env: {},
		bundles: [],
		config: {},
		tests: [],
		...composed,
	} satisfies Composition;
	const plan = await planComposition({composition, starter: deriveStarter(definition, indexes), indexes, bundles: []});
	const lines = plan.lines.filter(one => one.line === line);
	const conflict = lines.find(one => one.status !== 'ok');
	if (conflict !== undefined)
		throw new Error(conflict.conflict?.summary ?? conflict.reason ?? 'the line cannot be planned');
	return {...plan, lines: hasPaths ? lines : lines.map(one => ({...one, paths: []}))};
}
