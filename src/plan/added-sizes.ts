import type {LinePlan, PlannedPackage} from './plan.ts';

export interface AddedSize {
	/** The added package. */
	readonly name: string;
	/** Packages that would go if only this one were left out, itself among them. */
	readonly packages: readonly string[];
	readonly installedSizeBytes: number;
	readonly downloadSizeBytes: number;
}

/** What each added package alone adds to a line: what nothing else of the line needs. */
export function addedSizes({packages}: LinePlan): readonly AddedSize[] {
	const byName = new Map(packages.map(entry => [entry.name, entry]));
	const added = packages.filter(({role}) => role === 'added');
	const stays = packages.filter(entry => entry.inStarter && entry.isPromoted !== true);
	return added.map(entry => {
		const others = added.filter(other => other !== entry);
		const needed = reachable(byName, [...stays, ...others]);
		const own = [...reachable(byName, [entry])].filter(other => !needed.has(other));
		const brought = own
			.flatMap(name => byName.get(name) ?? [])
			.filter(({inStarter, isPromoted}) => !inStarter || isPromoted);
		return {
			name: entry.name,
			packages: brought.map(({name}) => name),
			installedSizeBytes: sum(brought.filter(({inImage}) => inImage).map(({installedSize}) => installedSize)),
			downloadSizeBytes: sum(brought.filter(({inStarter}) => !inStarter).map(({downloadSize}) => downloadSize)),
		};
	});
}

function reachable(
	byName: ReadonlyMap<string, PlannedPackage>,
	starts: readonly PlannedPackage[],
): ReadonlySet<string> {
	const reached = new Set(starts.map(({name}) => name));
	// A set's iterator also visits what is added while it runs.
	for (const name of reached) for (const other of byName.get(name)?.dependencies ?? []) reached.add(other);
	return reached;
}

function sum(sizes: readonly number[]): number {
	return sizes.reduce((total, size) => total + size, 0);
}
