import type {PackageId} from '../repository/package-index.ts';
import type {PackageRole, PlannedPackage} from './plan.ts';
import type {Universe} from './resolver/universe.ts';

export interface PackagePlace {
	readonly role: PackageRole;
	readonly requestedAs: string | null;
	readonly inImage: boolean;
	readonly inStarter: boolean;
	readonly isPromoted: boolean;
}

/** A package of an index as the plan states it. */
export function plannedPackage(
	universe: Universe,
	id: PackageId,
	{isPromoted, ...place}: PackagePlace,
	present: ReadonlySet<PackageId>,
): PlannedPackage {
	const {record, needs} = universe.node(id);
	const dependencies = new Set<string>();
	for (const need of needs) {
		for (const targets of need.targets) {
			for (const target of targets) {
				if (target !== id && present.has(target)) dependencies.add(universe.node(target).name);
			}
		}
	}
	return {
		name: record.name,
		version: record.version,
		architecture: record.architecture,
		...place,
		...(isPromoted ? {isPromoted} : {}),
		downloadSize: record.downloadSizeBytes,
		installedSize: record.installedSizeBytes,
		sha256: record.sha256,
		filename: record.filename,
		suite: record.suite,
		essential: record.essential,
		source: record.source,
		sourceVersion: record.sourceVersion,
		maintainer: record.maintainer,
		homepage: record.homepage,
		section: record.section,
		summary: record.summary,
		dependencies: [...dependencies].sort(),
	};
}
